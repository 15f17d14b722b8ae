// One stream of news, kept open for ever. Also used inside the worker, so it knows nothing of a page.

const SILENT = 25000;  // the server speaks more often than this while the line stands
const LONGEST = 4000;

/** Open `url` and tell every number it sends, repeated ones too: they prove that the line is alive. */
export function openStream(url, tell) {
  let source;
  let heard;
  let closed = 0;
  let wait = 500;

  function open() {
    source?.close();
    source = new EventSource(url);
    heard = Date.now();
    closed = 0;
    const news = event => { heard = Date.now(); wait = 500; tell(Number.parseInt(event.data, 10) || 0); };
    source.addEventListener('message', news);
    source.addEventListener('changed', news);
  }

  function watch() {
    const now = Date.now();
    if (source.readyState === EventSource.CLOSED) {
      closed ||= now;
      if (now - closed < wait) return;
      wait = Math.min(wait * 2, LONGEST);
      open();
    } else if (now - heard > SILENT) {
      open();
    }
  }

  open();
  setInterval(watch, 500);
  return { again: open };
}
