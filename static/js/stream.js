// One stream of news, kept open for ever. The worker has it too, so it knows nothing of a page.

const SILENT = 25000; // the server speaks more often than this while the line stands
const REFUSED = 2000; // one that was refused does not come back by itself: looked at so often

/** Open `url` and tell every number it sends, repeated ones too: they prove the line alive. */
function openStream(url, tell) {
  let source, heard;

  function open() {
    source?.close();
    source = new EventSource(url);
    heard = Date.now();
    source.onmessage = (event) => {
      heard = Date.now();
      tell(Number.parseInt(event.data, 10) || 0);
    };
    source.addEventListener('changed', source.onmessage);
  }

  open();
  addEventListener('online', open);
  setInterval(() => {
    if (source.readyState === EventSource.CLOSED || Date.now() - heard > SILENT) open();
  }, REFUSED);
}
