// News from the server: "something changed, it is now number n". The page then reads itself again and changes in place,
// but never under the hands of somebody: a drag, a field in use or an open dialog is waited for.

import { language, make, phrase, serverTime } from './page.js';
import { get } from './send.js';
import { morph } from './columns.js';
import { heardInBackground, tellAlarms } from './alarm.js';
import { openStream } from './stream.js';

const PAUSE = 1000;        // at most one reading a second
const QUIET = 12000;       // the stream silent for so long (it speaks every ten seconds): ask every two
const STALE = 30000;       // no contact, or news not shown, for so long: say so
const TURN = 30 * 60000;   // lateness and ages change without news: the page is read anew every half hour, so also when the day turns
const MARGIN = 15000;      // the server's day must have turned before
const BESIDE = ['board-summary', 'receipts', 'stage-jumps'];
const holds = new Set([() => Boolean(document.querySelector('dialog[open]'))]);

let latest = 0;            // the highest number heard of
let contact = Date.now();  // when the server last said anything
let told = Date.now();     // when the stream did: answers to our own questions do not prove that it stands
let read = 0;              // when the page was last read again
let reading;               // the reading under way
let due = false;           // there is news that the page does not show yet
let behind = 0;            // since when there is
let turn = turns();        // the half hour in which the page was read anew
let anew = false;          // it is to be, though there may be no news
let missed = false;        // a part that tells of the same was open while its region was read again
let known = 0;             // up to this number it was looked whether the news concerns what a form holds back
let differs = false;       // it does
let unread = false;        // it could not be looked
let peeked = 0;            // when that was
let timer;
let prepare = async () => {};
let applied = () => {};

const regions = () => [...document.querySelectorAll('[data-live], #board[data-seen]')].filter(region => region.id);
const seenBy = region => Number(region.dataset.seen ?? 0);

function turns() { return Math.floor((serverTime() - MARGIN) / TURN); }

/** Changes wait as long as `busy()` says so; afterwards call `settle`. */
export const hold = busy => holds.add(busy);

/** What a board does with fresh content before and after it takes the place of the old. */
export function around(before, after) {
  prepare = before;
  applied = after;
}

/** Whoever held the page has let go: show what waited. */
export function settle() {
  if (due) schedule();
}

/** Read the page again as soon as it may be. */
export function refresh() {
  due = true;
  schedule();
}

/** A move begins: an answer on its way would show the past. */
export function cancelReading() {
  if (!reading) return;
  reading.abort();
  due = true;
}

const inUse = region => {
  const field = document.activeElement?.closest?.('input, select, textarea, [contenteditable]');
  return (field && region.contains(field)) || [...region.querySelectorAll('input, select, textarea')].some(isDirty);
};

function isDirty(field) {
  if (field.closest('[data-filter]') || field.type === 'hidden' || field.type === 'submit') return false;
  if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked;
  if (field.tagName !== 'SELECT') return field.value !== field.defaultValue;
  const chosen = [...field.options];
  return chosen.some(option => option.defaultSelected) && chosen.some(option => option.selected !== option.defaultSelected);
}

const busy = () => [...holds].some(held => held());

function heard(number) {
  contact = told = Date.now();
  if (number > latest) latest = number;
  document.documentElement.dataset.heard = latest;
  tellAge();
  if (regions().some(region => seenBy(region) < latest)) {
    due = true;
    schedule();
    if (document.hidden) heardInBackground();
  }
}

function schedule() {
  if (timer || document.hidden) return;
  timer = setTimeout(() => { timer = undefined; readAgain(); }, Math.max(0, read + PAUSE - Date.now()));
}

async function readAgain() {
  if (reading || busy()) { due = true; return; }
  due = false;
  read = Date.now();
  reading = new AbortController();
  const { signal } = reading;
  for (const region of regions()) {
    if (signal.aborted) break;
    if (inUse(region)) { due = true; continue; }
    await readRegion(region, signal);
  }
  reading = undefined;
  if (!due) anew = false;
  tellAge();
  if (due && !busy() && !regions().some(inUse)) schedule();
}

function addressOf(region, seen) {
  const url = new URL(region.dataset.live || location.href, location.href);
  url.hash = '';
  url.searchParams.set('seen', seen);
  return url;
}

async function readRegion(region, signal) {
  const asked = latest;
  const answer = await get(addressOf(region, anew ? '0' : region.dataset.seen ?? '0'), signal);
  if (answer.kind === 'cancelled') { due = true; return; }
  if (answer.kind === 'away') return loggedOut();
  if (answer.kind !== 'done') { due = true; read = Date.now() + PAUSE; return; }
  contact = Date.now();
  tellMentions(answer.mentions);
  tellAlarms(answer.alarms);
  if (answer.status === 204) { region.dataset.seen = Math.max(asked, seenBy(region)); return; }
  const now = answer.page.getElementById(region.id);
  if (!now || !region.isConnected || (now.dataset.seen && Number(now.dataset.seen) < seenBy(region))) return;
  await prepare(now);
  // While it came, somebody may have taken hold of the page: then it waits.
  if (signal.aborted || busy() || inUse(region)) { due = true; return; }
  now.dataset.seen ||= asked;
  morph(region, now);
  renewBeside(answer.page);
  applied(region);
}

/** What stands around a region and tells of the same; what somebody has open once it is closed again. */
function renewBeside(page) {
  for (const id of BESIDE) {
    const [old, now] = [document.getElementById(id), page.getElementById(id)];
    if (old?.open) missed = true;
    else if (old && now) morph(old, now);
  }
}

document.addEventListener('toggle', () => {
  if (!missed || document.querySelector('#receipts[open]')) return;
  missed = false;
  anew = true;
  refresh();
}, true);

/** Show a region as a page has it that came back from something one did. */
export function show(region, page) {
  const now = page.getElementById(region.id);
  if (!now) return refresh();
  cancelReading();
  morph(region, now);
  applied(region);
}

/** In how many comments one is named that one has not looked at: the mark in the bar. */
function tellMentions(count) {
  const mark = document.getElementById('mentions');
  if (!mark || count === null) return;
  mark.hidden = count === '0';
  mark.querySelector('b').textContent = count;
  mark.setAttribute('aria-label', phrase('mentions', { count }));
}

/** What a region says, without how old things are: that changes though nothing happens. */
function saidBy(region) {
  const copy = region.cloneNode(true);
  copy.querySelectorAll('time[data-age], .held span, script, template').forEach(node => node.remove());
  return copy.textContent.replace(/\s+/g, ' ').trim();
}

/** Somebody's form holds the page as it is: does the news concern what stands there? */
async function peek() {
  if (Date.now() - peeked < QUIET) return;
  peeked = Date.now();
  const asked = latest;
  let found = false;
  for (const region of regions().filter(each => seenBy(each) < asked)) {
    const answer = await get(addressOf(region, region.dataset.seen ?? '0'));
    unread = answer.kind !== 'done';
    if (unread) return tellAge();
    contact = Date.now();
    const now = answer.status === 204 ? undefined : answer.page.getElementById(region.id);
    found ||= Boolean(now) && saidBy(now) !== saidBy(region);
  }
  [known, differs] = [asked, found];
  tellAge();
}

let bar;

function stale(sentence, link) {
  document.documentElement.toggleAttribute('data-stale', true);
  if (bar?.firstChild.textContent === sentence) return;
  bar?.remove();
  bar = make('div', { className: 'stale-bar', id: 'stale' }, make('span', { textContent: sentence }), link);
  bar.setAttribute('role', 'status');
  (document.querySelector('.topbar') ?? document.body.firstElementChild).after(bar);
}

function fresh() {
  if (!bar) return;
  bar.remove();
  bar = undefined;
  document.documentElement.removeAttribute('data-stale');
}

let stopped = false;

function loggedOut() {
  stopped = true;
  fresh();
  const next = encodeURIComponent(location.pathname + location.search);
  stale(phrase('logged_out'), make('a', { href: `/login?next=${next}`, textContent: phrase('log_in') }));
}

/** What is shown is as old as the last contact, or as the first news that it does not show: reading fails, or an open form holds it
 * back. Then it is looked whether the news concerns what stands there; of anything else nothing is said. */
function tellAge() {
  if (stopped) return;
  behind = regions().every(region => seenBy(region) >= latest) ? 0 : behind || Date.now();
  if (!behind) differs = unread = false;
  const shown = Math.min(contact, behind || contact);
  if (Date.now() - shown <= STALE) return fresh();
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(shown);
  const held = shown < contact && (busy() || regions().some(inUse));
  if (held && known < latest && !differs) peek();
  if (held && !differs && !unread) return fresh();
  stale(phrase(held && differs ? 'held' : shown < contact ? 'behind' : 'stale', { time }));
}

function watch() {
  if (stopped || document.hidden) return;
  tellAge();
  if (Date.now() - told > QUIET && Date.now() - read >= 2 * PAUSE) due = true;
  if (turns() !== turn) { turn = turns(); anew = due = true; }
  if (due && !busy()) schedule();
}

/** Listen: through the worker that all tabs share, else directly; and ask when nothing is heard. */
export function listen() {
  if (!regions().length) return;
  const direct = () => openStream('/live', heard);
  if ('SharedWorker' in window) {
    const worker = new SharedWorker(new URL('../live.js', import.meta.url), { type: 'module', name: 'live' });
    worker.onerror = direct;
    worker.port.onmessage = event => heard(event.data);
    const hello = () => worker.port.postMessage('hello');
    hello();
    addEventListener('pagehide', () => worker.port.postMessage('bye'));
    addEventListener('pageshow', event => event.persisted && hello());
    addEventListener('online', () => worker.port.postMessage('again'));
  } else {
    const stream = direct();
    addEventListener('online', stream.again);
  }
  for (const event of ['focusout', 'change', 'reset']) document.addEventListener(event, () => setTimeout(settle));
  // A question asked into the dead line would wait for its own patience first.
  addEventListener('online', () => { cancelReading(); refresh(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { behind = 0; watch(); settle(); } });
  setInterval(watch, 1000);
}
