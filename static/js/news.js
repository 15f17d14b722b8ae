// News from the server: "something changed, it is now number n". The page then reads its regions
// again and changes in place, but never under the hands of somebody.
//
//   ┌────────────┐ heard of news, silence, asked for ┌─────┐   nobody holds it   ┌─────────┐
//   │ up to date │ ────────────────────────────────▶ │ due │ ──────────────────▶ │ reading │
//   └────────────┘                                   └─────┘ ◀────────────────── └─────────┘
//          ▲                                                  failed, cancelled,      │
//          └──────────── shown ────────────────────────────── or held meanwhile ──────┘
//
// What holds: a card that is not idle, an open dialog, a field in use. Where that lasts, it is
// looked whether the news concerns what stands there, and only then is it said.

const PAUSE = 1000; // at most one reading a second
const QUIET = 12000; // the stream silent for so long (it speaks every ten seconds): ask every two
const STALE = 30000; // no contact, or news not shown, for so long: say so
const TURN = 30 * 60000; // lateness and ages change without news: read anew so often, and when the
const MARGIN = 15000; // day turns; the server's must have turned before
const BESIDE = ['board-summary', 'receipts', 'stage-jumps'];

const turns = () => Math.floor((serverTime() - MARGIN) / TURN);

let latest = 0; // the highest number heard of
let contact = Date.now(); // when the server last said anything
let told = Date.now(); // when the stream did: answers to our own questions do not prove it stands
let due = false; // there may be news that the page does not show yet
let anew = false; // it is to be read though there may be none
let turn = turns(); // the half hour in which that was last so
let reading; // the reading under way
let read = 0; // when that began
let behind = 0; // since when there is news that the page does not show
let concerns = false; // what a form holds back concerns what stands there
let timer;

const bar = byId('stale');
const regions = () => all('[data-live], #board').filter((region) => region.id);
const seenBy = (region) => Number(region.dataset.seen ?? 0);
const markSeen = (region, number) => region.dataset.seen = Math.max(number, seenBy(region));
const isBehind = (region) => seenBy(region) < latest;

/** Somebody has the whole page in their hands. */
const isHeld = () => moves.size > 0 || isRunning || Boolean(document.querySelector('dialog[open]'));

/** Somebody has this region in their hands, or htmx reads a part of it. */
const isInUse = (region) =>
  isHeld() || region.contains(inField(document.activeElement) ?? null) ||
  region.querySelector('.htmx-request') !== null ||
  all('input, select, textarea', region).some(isDirty);

function isDirty(field) {
  if (field.closest('[data-filter]') || ['hidden', 'submit'].includes(field.type)) return false;
  if (['checkbox', 'radio'].includes(field.type)) return field.checked !== field.defaultChecked;
  if (field.tagName !== 'SELECT') return field.value !== field.defaultValue;
  const options = [...field.options];
  const preset = options.filter((option) => option.defaultSelected);
  const first = field.multiple ? [] : [options.find((option) => !option.disabled)];
  const initial = preset.length ? preset : first;
  return options.some((option) => option.selected !== initial.includes(option));
}

function heard(number) {
  contact = told = Date.now();
  latest = Math.max(latest, number);
  document.documentElement.dataset.heard = latest;
  tellAge();
  if (!regions().some(isBehind)) return;
  refresh();
  if (document.hidden) callFromBackground();
}

/** Read the page again as soon as it may be; `all` of it: though there may be no news. */
function refresh(all = false) {
  anew ||= all;
  due = true;
  catchUp();
}

/** Whoever held the page may have let go: show what waited. */
function catchUp() {
  if (!due || timer || document.hidden || isHeld()) return;
  timer = setTimeout(readAgain, Math.max(0, read + PAUSE - Date.now()));
}

/** A move begins: an answer on its way would show the past. */
function cancelReading() {
  if (reading) due = true;
  reading?.abort();
}

/** Read what is free; of what is `held`, look whether the news concerns it. */
async function readAgain(held = false) {
  timer = undefined;
  if (reading) return;
  const mine = regions().filter((region) => held ? isBehind(region) : !isInUse(region));
  due = held || mine.length < regions().length;
  read = Date.now();
  reading = new AbortController();
  const { signal } = reading;
  for (const region of mine) if (!signal.aborted) await readRegion(region, signal);
  reading = undefined;
  if (!due) anew = false;
  tellAge();
  if (!regions().some(isInUse)) catchUp();
}

async function readRegion(region, signal) {
  const asked = latest;
  const url = new URL(region.dataset.live || location.href, location.href);
  url.hash = '';
  url.searchParams.set('seen', anew ? 0 : seenBy(region));
  const { kind, page, response } = await get(url, signal);
  if (kind === 'away') loggedOut();
  if (kind !== 'done') {
    due = true;
    if (kind !== 'cancelled') read = Date.now() + PAUSE;
    return;
  }
  contact = Date.now();
  tellMentions(response.headers.get('X-Mentions'));
  tellAlarms(response.headers.get('X-Alarms'));
  if (response.status === 204) return markSeen(region, asked);
  const now = page.getElementById(region.id);
  if (!now || !region.isConnected || (now.dataset.seen && seenBy(now) < seenBy(region))) return;
  // Somebody has hold of the page, or took it while this came: then it waits. A region that would
  // say the same counts as up to date for now.
  if (signal.aborted || isInUse(region)) {
    anew = due = true;
    if (saidBy(now) !== saidBy(region)) return concerns = true;
    return markSeen(region, asked);
  }
  now.dataset.seen ||= asked;
  morph(region, now);
  if (region === board) boardChanged();
  for (const id of BESIDE) { // what tells of the same; what is open, once it is closed again
    if (byId(id) && !byId(id).open) morph(byId(id), page.getElementById(id) ?? byId(id));
  }
}

/** Make `old` look like `fresh` with as little change as possible; whoever had the focus keeps it,
 * and a card that has it and went to another column stays in view. */
function morph(old, fresh) {
  const focused = document.activeElement;
  const card = focused?.closest?.('.card');
  const id = focused?.id || card?.id;
  const column = card?.closest('.column')?.id;
  htmx.swap({ text: fresh.outerHTML, target: old, swap: 'outerMorph ignoreTitle:true' });
  if (id && (document.activeElement ?? document.body) === document.body) {
    byId(id)?.focus({ preventScroll: true });
  }
  const now = card && byId(card.id);
  if (now && now.closest('.column')?.id !== column) bringIntoView(now);
}

/** In how many comments one is named that one has not looked at: the mark in the bar. */
function tellMentions(count) {
  if (count !== null) mark(byId('mentions'), 'mentions', Number(count));
}

function mark(element, name, count) {
  if (!element) return;
  element.hidden = !count;
  element.querySelector('b').textContent = count;
  element.setAttribute('aria-label', phrase(name, { count }));
}

/** What a region says, without how old things are: that changes though nothing happens. */
function saidBy(region) {
  const copy = region.cloneNode(true);
  all('time[data-age], .held span, script, template', copy).forEach((node) => node.remove());
  return copy.textContent.replace(/\s+/g, ' ').trim();
}

/** Say above the page how old it is; without a sentence it is fresh. */
function warn(sentence = '') {
  document.documentElement.toggleAttribute('data-stale', Boolean(sentence));
  bar.hidden = !sentence;
  if (bar.firstChild.textContent !== sentence) bar.firstChild.textContent = sentence;
}

const isLoggedOut = () => !bar.lastChild.hidden;

function loggedOut() {
  warn(phrase('logged_out'));
  Object.assign(bar.lastChild, { href: wayIn(), hidden: false });
}

/** What is shown is as old as the last contact, or as the first news that it does not show: reading
 * fails, or somebody holds it back. Of news that concerns nothing here nothing is said. */
function tellAge() {
  if (isLoggedOut()) return;
  behind = regions().some(isBehind) ? behind || Date.now() : 0;
  concerns &&= behind > 0;
  const shown = Math.min(contact, behind || contact);
  if (Date.now() - shown <= STALE) return warn();
  const held = shown < contact && regions().some(isInUse);
  if (held && !concerns) {
    if (Date.now() - read >= QUIET) readAgain(true);
    return warn();
  }
  const digits = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const time = new Intl.DateTimeFormat(language, digits).format(shown);
  warn(phrase(held ? 'held' : shown < contact ? 'behind' : 'stale', { time }));
}

function watch() {
  if (isLoggedOut() || document.hidden) return;
  tellAge();
  if (Date.now() - told > QUIET && Date.now() - read >= 2 * PAUSE) due = true;
  if (turns() !== turn) {
    turn = turns();
    anew = due = true;
  }
  catchUp();
}

/** Listen: through the worker that all tabs share, else directly; and ask when nothing is heard. */
function listen() {
  if (!regions().length) return;
  const direct = () => openStream('/live', heard);
  if ('SharedWorker' in window) {
    const worker = new SharedWorker(new URL('live.js', import.meta.url), { name: 'live' });
    worker.onerror = direct;
    worker.port.onmessage = ({ data }) => heard(data);
    addEventListener('pagehide', () => worker.port.postMessage('bye'));
    addEventListener('pageshow', ({ persisted }) => persisted && worker.port.postMessage('hello'));
  } else direct();
  for (const event of ['focusout', 'change', 'reset']) {
    document.addEventListener(event, () => setTimeout(catchUp));
  }
  on('toggle', '#receipts', (_, menu) => menu.open || refresh(true), true);
  addEventListener('online', () => {
    cancelReading(); // a question asked into the dead line would wait for its own patience first
    refresh();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    behind = 0;
    watch();
  });
  setInterval(watch, 1000);
}
