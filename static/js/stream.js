// One stream of news, kept open for ever. The worker has it too, so it knows nothing of a page.

const SILENT = 25000; // the server speaks more often than this while the line stands
const LONGEST = 4000;

/** Open `url` and tell every number it sends, repeated ones too: they prove the line alive. */
function openStream(url, tell) {
  let source, heard, closed, wait = 500;

  function open() {
    source?.close();
    source = new EventSource(url);
    heard = Date.now();
    closed = 0;
    source.onmessage = (event) => {
      heard = Date.now();
      wait = 500;
      tell(Number.parseInt(event.data, 10) || 0);
    };
    source.addEventListener('changed', source.onmessage);
  }

  open();
  setInterval(() => {
    const now = Date.now();
    if (source.readyState !== EventSource.CLOSED) return now - heard > SILENT && open();
    closed ||= now;
    if (now - closed < wait) return;
    wait = Math.min(wait * 2, LONGEST);
    open();
  }, 500);
  return { again: open };
}
