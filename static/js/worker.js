// The worker that all tabs of a browser share: it holds the one stream, so that ten tabs cost one
// connection.

const ports = new Set();
let newest;

openStream('/live', (number) => {
  newest = number;
  ports.forEach((port) => port.postMessage(number));
});

addEventListener('connect', ({ ports: [port] }) => {
  const join = () => {
    ports.add(port);
    if (newest !== undefined) port.postMessage(newest);
  };
  port.onmessage = ({ data }) => data === 'bye' ? ports.delete(port) : join();
  join();
});
