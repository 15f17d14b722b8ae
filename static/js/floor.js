// A shared tablet. The server decides who is in and for how long; this locks the page in time, tells the server when it is touched,
// makes the pad work, and keeps the page where the network is not.

import { findDraft, keepDraft } from './draft.js';
import { setUpKeypad, takeFields } from './keypad.js';
import { phrase, say } from './page.js';
import { placeFocus, prepareForm } from './forms.js';
import { keepScans, nextScan } from './scan.js';
import { message, send } from './send.js';

const IDLE = 75_000;     // a little less than on the server, which hears of a touch up to ALIVE late
const ALIVE = 15_000;    // a touch is told to the server at most this often
const ASK = 10_000;      // is the tablet still paired, is somebody still in?
const TOLD = 8_000;      // what was done last is read by then
const NAMES = 300_000;   // a page nobody touches reads the names again
const HOME = '/floor/';

const open = document.body.dataset.floor === 'open';
let touched = Date.now();
let told = Date.now();
let locking = false;

/** 200 somebody is in, 204 nobody, 410 not paired, 0 no answer. `seen` says that nobody touched the page to ask. */
async function ask(seen) {
  try {
    return (await fetch(`/floor/here${seen ? '?seen' : ''}`, { cache: 'no-store' })).status;
  } catch {
    return 0;
  }
}

async function look() {
  const status = await ask(true);
  if (open && status === 204) keepDraft();
  if (status === 410 || (open && status === 204)) location.replace(HOME);
  else if (!open && status === 204 && Date.now() - touched > NAMES) location.replace(HOME);
}

function touch() {
  touched = Date.now();
  if (!open || touched - told < ALIVE) return;
  told = touched;
  ask(false);
}

/** Nobody is there any more: nothing is left to see, also while the server is out of reach. */
async function lockWhenIdle() {
  if (locking || Date.now() - touched < IDLE) return;
  locking = true;
  keepDraft();
  document.getElementById('content').hidden = true;
  if (await ask(true)) document.getElementById('lock').submit();
  else locking = false;
}

/** Send a form: done, and to the names; or the reason why not, with everything still there. Forms are whole pages here, so that the way
    out and the report of a problem stay in reach. */
async function sendForm(form, submitter) {
  const buttons = [...form.querySelectorAll('button:not([type=button])')].filter(button => !button.disabled);
  const data = new FormData(form, submitter);
  const sleep = asleep => buttons.forEach(button => { button.disabled = asleep; });
  sleep(true);
  keepScans(submitter);
  const answer = await send(form.action, data, () => say('refused', phrase('no_answer')));
  if (answer.kind === 'done') return location.assign(answer.url);
  if (answer.kind === 'away') {
    keepDraft();
    return location.assign(`${HOME}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  sleep(false);
  if (answer.kind === 'invalid' && answer.page.querySelector('#content form')) return showAgain(answer.page);
  nextScan(null);
  const plain = !form.querySelector('input:not([type=hidden]), select, textarea');
  const words = plain ? { offline: 'offline_page', timeout: 'unknown', lost: 'lost', refused: 'refused' }
    : { offline: 'offline_form', timeout: 'unknown', lost: 'lost_form', refused: 'refused' };
  return say('refused', message(answer.page)?.text ?? phrase(words[answer.kind] ?? (plain ? 'broken_page' : 'broken_form')));
}

function showAgain(page) {
  const content = document.getElementById('content');
  content.replaceChildren(...[...page.getElementById('content').childNodes].map(node => document.importNode(node, true)));
  content.querySelectorAll('form').forEach(prepareForm);
  takeFields(content);
  placeFocus(content);
  nextScan(content);
}

function setUpPad(form) {
  const field = form.elements.pin;
  const error = text => {
    const old = form.querySelector('.error');
    const note = text ? Object.assign(document.createElement('p'), { className: 'error', id: 'pin-error', textContent: text }) : '';
    if (note) note.setAttribute('role', 'alert');
    if (old) old.replaceWith(note);
    else field.after(note);
  };
  let sending = false;
  async function enter() {
    if (sending || field.value.length < field.maxLength) return;
    sending = true;
    const answer = await send(form.action, new FormData(form));
    if (answer.kind === 'done') return location.assign(answer.url);
    sending = false;
    field.value = '';
    if (answer.kind === 'offline' || answer.kind === 'timeout') return error(phrase('offline_page'));
    const reason = answer.page?.getElementById('pin-error');
    return reason ? error(reason.textContent.trim()) : location.assign(HOME);
  }
  form.querySelector('#pad').hidden = false;
  form.querySelector('#without-pad').hidden = true;
  field.inputMode = 'none';
  field.addEventListener('input', enter);
  form.addEventListener('submit', event => { event.preventDefault(); enter(); });
  form.addEventListener('click', event => {
    const button = event.target.closest('[data-digit], [data-back]');
    if (!button || sending) return;
    field.value = 'back' in button.dataset ? field.value.slice(0, -1) : (field.value + button.dataset.digit).slice(0, field.maxLength);
    enter();
  });
}

function setUpNames(box) {
  const people = [...document.querySelectorAll('#people > li')];
  const shown = () => people.filter(li => !li.hidden);
  box.addEventListener('input', () => {
    const words = box.value.trim().toLowerCase();
    for (const li of people) li.hidden = !li.dataset.name.toLowerCase().includes(words);
  });
  box.form.addEventListener('submit', event => {
    if (!box.value.trim() || shown().length !== 1) return;
    event.preventDefault();
    shown()[0].querySelector('a').click();
  });
}

/** Whatever is typed, or scanned, beside a field goes into the box; not where something is signed, it may be the PIN. */
function listenToScanner(box) {
  document.addEventListener('keydown', event => {
    const signing = document.querySelector('#content fieldset.signature [type=password]');
    const busy = signing || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, select, textarea, button, a, dialog');
    if (!busy && event.key.length === 1 && event.key !== ' ') box.focus();
  });
}

export function setUpFloor() {
  const box = document.querySelector('[data-pick], .floor-bar [data-find]');
  if (box) listenToScanner(box);
  if (box && 'pick' in box.dataset) setUpNames(box);
  document.querySelectorAll('form[data-pin]').forEach(setUpPad);
  for (const event of ['pointerdown', 'keydown']) document.addEventListener(event, touch);
  document.addEventListener('submit', event => {
    if (event.target.method !== 'post' || !event.target.matches('#content form:not([data-pin])')) return;
    event.preventDefault();
    sendForm(event.target, event.submitter);
  }, true);
  document.getElementById('lock')?.addEventListener('submit', keepDraft);
  if (open) {
    setUpKeypad();
    findDraft();
  }
  setInterval(look, ASK);
  if (open) setInterval(lockWhenIdle, 1000);
  setTimeout(() => document.getElementById('told')?.remove(), TOLD);
}
