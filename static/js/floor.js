// A shared tablet. The server decides who is in and for how long; this locks the page in time,
// tells the server when it is touched, and finds among the names.

const IDLE = 75_000; // a little less than on the server, which hears of a touch up to ALIVE late
const ALIVE = 15_000; // a touch is told to the server at most this often
const NAMES = 300_000; // a page nobody touches reads the names again
const HOME = '/floor/';

const isOpened = page.floor === 'open';
let touched = Date.now();
let toldTouch = Date.now();
let locking = false;

/** 200 somebody is in, 204 nobody, 410 not paired, 0 no answer. `seen`: nobody touched the page. */
const whoIsHere = (seen = '?seen') =>
  fetch(`/floor/here${seen}`, { cache: 'no-store' }).then(({ status }) => status, () => 0);

/** Is the tablet still paired, is somebody still in? */
async function lookWhoIsHere() {
  const status = await whoIsHere();
  const nobody = status === 204 && (isOpened || Date.now() - touched > NAMES);
  if (isOpened && nobody) keepDraft();
  if (status === 410 || nobody) location.replace(HOME);
}

function touch() {
  touched = Date.now();
  if (!isOpened || touched - toldTouch < ALIVE) return;
  toldTouch = touched;
  whoIsHere('');
}

/** Nobody is there any more: nothing is left to see, also while the server is out of reach. */
async function lockWhenIdle() {
  if (locking || Date.now() - touched < IDLE) return;
  locking = true;
  keepDraft();
  byId('content').hidden = true;
  if (await whoIsHere()) byId('lock').submit();
  else locking = false;
}

/** The login has ended: to the names, and back here with what was typed. */
function askWho() {
  keepDraft();
  location.assign(`${HOME}?next=${encodeURIComponent(location.pathname + location.search)}`);
}

function setUpNames(box) {
  const people = all('#people > li');
  box.addEventListener('input', () => {
    const typed = box.value.trim().toLowerCase();
    for (const one of people) one.hidden = !one.dataset.name.toLowerCase().includes(typed);
  });
}

/** Whatever is typed, or scanned, beside a field goes into the box; not where something is signed,
 * it may be the PIN. */
function listenToScanner(box) {
  document.addEventListener('keydown', (event) => {
    if (modified(event) || event.key.length !== 1 || event.key === ' ') return;
    if (document.querySelector('#content fieldset.signature [type=password]')) return;
    if (!event.target.closest?.('input, select, textarea, button, a, dialog')) box.focus();
  });
}

function setUpFloor() {
  const box = document.querySelector('[data-pick], .floor-bar [data-find]');
  if (box) listenToScanner(box);
  if (box && 'pick' in box.dataset) setUpNames(box);
  setUpKeypad();
  on('input', '#pin', (_, field) => { // a PIN that is complete is sent by itself
    if (field.value.length >= field.maxLength) field.form.requestSubmit();
  });
  for (const event of ['pointerdown', 'keydown']) document.addEventListener(event, touch);
  on('submit', '#lock', keepDraft);
  setInterval(lookWhoIsHere, 10_000);
  setTimeout(() => byId('told')?.remove(), 8_000); // what was done last is read by then
  if (!isOpened) return;
  findDraft();
  setInterval(lockWhenIdle, 1000);
}
