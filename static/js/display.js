// A wall display. It shows pages in turn, keeps what it has when the server is away, says how old
// that is, and finds back by itself.

const root = document.documentElement;
const STALE = 20_000; // without an answer for so long, the screen says so
const POLL = 10_000; // asked for even if no news comes
const AGAIN = 1_000; // under a burst, at most once in this time
const NIGHT = 24 * 3600_000;

const started = Date.now();
const ahead = root.dataset.now ? started - Date.parse(root.dataset.now) : 0;
const now = () => Date.now() - ahead;
const screen = () => document.querySelector('#screen');
const digits = { hour: '2-digit', minute: '2-digit', timeZone: root.dataset.zone };
const hours = (at) => new Intl.DateTimeFormat('en-GB', digits).format(at);

let place = 0;
let pages = Number(screen()?.dataset.pages ?? 1);
let good = Date.now(); // when the server last answered
let turned = Date.now(); // when the page last changed
let asked = 0;
let busy = false;
let waiting;

/** An answer of our server, or nothing whatever else came. */
async function ask(url) {
  try {
    const signal = AbortSignal.timeout(8_000);
    const answer = await fetch(url, { signal, cache: 'no-store', redirect: 'error' });
    const version = answer.headers.get('X-Display');
    return { status: answer.status, version, text: await answer.text() };
  } catch {
    return {};
  }
}

/** Open a page anew once the server has it: an error in its place would stay for ever. */
async function open(home) {
  if ((await ask(home)).status === 200) location.replace(home);
}

async function load() {
  waiting = undefined;
  if (busy) return soon();
  busy = true;
  asked = Date.now();
  const { status, version, text } = await ask(`/display/screen?page=${place}`);
  busy = false;
  const old = version !== root.dataset.version || Date.now() - started > NIGHT;
  if (version && (status === 410 || (status === 200 && old))) return open('/display/');
  if (version && status === 200) show(text);
  tell();
}

function show(text) {
  good = Date.now();
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('#screen');
  if (!fresh) return;
  pages = Number(fresh.dataset.pages);
  place %= pages;
  // The page may have been turned while its predecessor was still on its way.
  if (Number(fresh.dataset.place) !== place) return soon();
  screen().replaceWith(document.adoptNode(fresh));
  fit();
  tellAges(now());
}

function soon() {
  const pause = Math.max(Math.random() * 300, AGAIN - (Date.now() - asked));
  waiting ??= setTimeout(load, pause);
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
}

function tick() {
  tell();
  const turns = pages > 1 && Date.now() - turned > root.dataset.seconds * 1000;
  if (turns) {
    turned = Date.now();
    place = (place + 1) % pages;
  }
  if (turns || Date.now() - asked > POLL) load();
}

function listen() {
  const source = new EventSource('/display/live');
  source.addEventListener('changed', soon);
  // A stream that the browser has given up is asked for again; meanwhile the screen polls.
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, POLL);
  };
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
  tellAges(now());
  tell();
  listen();
  setInterval(tick, 1_000);
  setInterval(() => tellAges(now()), 30_000);
}
root.dataset.ready = 'true';
