// A wall display. It shows pages in turn, keeps what it has when the server is away, says how old
// that is, and finds back by itself.

const root = document.documentElement;
const STALE = 20_000; // without an answer for so long, the screen says so
const POLL = 9_000; // asked for even if no news comes
const AGAIN = 1_000; // under a burst, at most once in this time
const NIGHT = 24 * 3600_000;

const started = Date.now();
const ahead = root.dataset.now ? started - Date.parse(root.dataset.now) : 0;
const now = () => Date.now() - ahead;
const screen = () => document.querySelector('#screen');
const digits = { hour: '2-digit', minute: '2-digit', timeZone: root.dataset.zone };
const hours = (at) => new Intl.DateTimeFormat('en-GB', digits).format(at);
const pause = (time) => new Promise((done) => setTimeout(done, time));

let place = 0;
let good = Date.now(); // when the server last answered
let turned = Date.now(); // when the page last changed
let askSoon; // ends the pause before the next question

/** An answer of our server, or nothing whatever else came. */
async function ask(url) {
  try {
    const signal = AbortSignal.timeout(8_000);
    const answer = await fetch(url, { signal, cache: 'no-store', redirect: 'error' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return { status: answer.status, version: answer.headers.get('X-Display'), page };
  } catch {
    return {};
  }
}

/** Open a page anew once the server has it: an error in its place would stay for ever. */
async function open(home) {
  if ((await ask(home)).status === 200) location.replace(home);
}

async function load() {
  const { status, version, page } = await ask(`/display/screen?page=${place}`);
  const old = version !== root.dataset.version || Date.now() - started > NIGHT;
  if (version && (status === 410 || (status === 200 && old))) return open('/display/');
  const fresh = version && status === 200 && page.querySelector('#screen');
  if (!fresh) return;
  good = Date.now();
  screen().replaceWith(fresh);
  fit();
  tell();
}

/** Ask for ever: soon after news, else now and then; news that comes meanwhile asks once more. */
async function keepAsking() {
  for (;;) {
    const news = new Promise((done) => askSoon = done);
    await load().catch(console.error); // nothing may end this
    await pause(AGAIN + Math.random() * 300);
    await Promise.race([news, pause(POLL)]);
  }
}

/** A column shows whole cards only, and counts those that found no room. */
function fit() {
  for (const column of document.querySelectorAll('.column')) {
    const more = column.querySelector('.more');
    let beyond = Number(more.dataset.beyond);
    for (const card of [...column.querySelectorAll('article')].reverse()) {
      if (column.scrollHeight <= column.clientHeight + 1) break;
      card.remove();
      more.textContent = more.dataset.more.replace('{count}', ++beyond);
      more.hidden = false;
    }
  }
}

/** How old the picture is, always in view; said loudly when it is too old. */
function tell() {
  const age = document.querySelector('#age');
  const stale = Date.now() - good > STALE;
  root.toggleAttribute('data-stale', stale);
  age.textContent = age.dataset[stale ? 'stale' : 'fresh'].replace('{time}', hours(good - ahead));
  document.querySelector('#clock').textContent = hours(now());
  tellAges(now());
}

function tick() {
  tell();
  const { pages } = screen().dataset;
  if (pages < 2 || Date.now() - turned <= root.dataset.seconds * 1000) return;
  turned = Date.now();
  place = (place + 1) % pages;
  askSoon();
}

/** A screen that nobody has confirmed asks what became of its code. */
async function wait() {
  const home = root.dataset.waiting;
  const { status } = await ask(`${home}state`);
  if (status === 200 || status === 410) await open(home);
  setTimeout(wait, 3_000);
}

if ('waiting' in root.dataset) wait();
else {
  root.style.setProperty('--unit', `${root.dataset.unit}vh`);
  fit();
  keepAsking();
  openStream('/display/live', () => askSoon()); // which speaks every ten seconds, too
  tick();
  setInterval(tick, 1_000);
}
root.dataset.ready = 'true';
