// The worker that all tabs of a browser share: it holds the one stream, so that ten tabs cost one connection.

import { openStream } from './js/stream.js';

const ports = new Set();
let latest;

const stream = openStream('/live', number => {
  latest = number;
  ports.forEach(port => port.postMessage(number));
});

addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data === 'bye') ports.delete(port);
    if (data === 'again') stream.again();
    if (data !== 'hello') return;
    ports.add(port);
    if (latest !== undefined) port.postMessage(latest);
  };
});
