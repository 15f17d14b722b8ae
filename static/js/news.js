// News from the server: "something changed, it is now number n". The page then reads itself again
// and changes in place, but never under the hands of somebody: a drag, a field in use or an open
// dialog is waited for.

const PAUSE = 1000; // at most one reading a second
const QUIET = 12000; // the stream silent for so long (it speaks every ten seconds): ask every two
const STALE = 30000; // no contact, or news not shown, for so long: say so
const TURN = 30 * 60000; // lateness and ages change without news: read anew so often, and when the
const MARGIN = 15000; // day turns; the server's must have turned before
const BESIDE = ['board-summary', 'receipts', 'stage-jumps'];

let latest = 0; // the highest number heard of
let contact = Date.now(); // when the server last said anything
let told = Date.now(); // when the stream did: answers to our own questions do not prove it stands
let read = 0; // when the page was last read again
let reading; // the reading under way
let due = false; // there is news that the page does not show yet
let behind = 0; // since when there is
let turn = turns(); // the half hour in which the page was read anew
let anew = false; // it is to be, though there may be no news
let missed = false; // a part that tells of the same was open while its region was read again
let differs = false; // what a form holds back concerns what stands there
let unread = false; // it could not be looked
let looked = 0; // when that was
let stopped = false; // nobody is logged in any more
let timer, bar;

const regions = () => all('[data-live], #board').filter((region) => region.id);
const seenBy = (region) => Number(region.dataset.seen ?? 0);
const isBehind = (region) => seenBy(region) < latest;

function turns() {
  return Math.floor((serverTime() - MARGIN) / TURN);
}

/** Somebody has the page in their hands. */
const isHeld = () => Boolean(document.querySelector('dialog[open]')) || moves.size > 0 || isRunning;

const isInUse = (region) =>
  region.contains(inField(document.activeElement) ?? null) ||
  all('input, select, textarea', region).some(isDirty);

function isDirty(field) {
  if (field.closest('[data-filter]') || ['hidden', 'submit'].includes(field.type)) return false;
  if (['checkbox', 'radio'].includes(field.type)) return field.checked !== field.defaultChecked;
  if (field.tagName !== 'SELECT') return field.value !== field.defaultValue;
  const options = [...field.options];
  const preset = options.filter((option) => option.defaultSelected);
  const initial = preset.length || field.multiple
    ? preset
    : [options.find((each) => !each.disabled)];
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

/** Read the page again as soon as it may be. */
function refresh() {
  due = true;
  catchUp();
}

/** Whoever held the page has let go: show what waited. */
function catchUp() {
  if (!due || timer || document.hidden) return;
  timer = setTimeout(() => {
    timer = undefined;
    readAgain();
  }, Math.max(0, read + PAUSE - Date.now()));
}

/** A move begins: an answer on its way would show the past. */
function cancelReading() {
  if (!reading) return;
  reading.abort();
  due = true;
}

async function readAgain() {
  if (reading || isHeld()) return due = true;
  due = false;
  read = Date.now();
  reading = new AbortController();
  const { signal } = reading;
  for (const region of regions()) {
    if (signal.aborted) break;
    if (isInUse(region)) due = true;
    else await readRegion(region, signal);
  }
  reading = undefined;
  if (!due) anew = false;
  tellAge();
  if (due && !isHeld() && !regions().some(isInUse)) catchUp();
}

function addressOf(region, seen) {
  const url = new URL(region.dataset.live || location.href, location.href);
  url.hash = '';
  url.searchParams.set('seen', seen);
  return url;
}

async function readRegion(region, signal) {
  const asked = latest;
  const answer = await get(addressOf(region, anew ? 0 : seenBy(region)), signal);
  if (answer.kind === 'away') return loggedOut();
  if (answer.kind !== 'done') {
    due = true;
    if (answer.kind !== 'cancelled') read = Date.now() + PAUSE;
    return;
  }
  contact = Date.now();
  tellMentions(answer.mentions);
  tellAlarms(answer.alarms);
  if (answer.status === 204) return region.dataset.seen = Math.max(asked, seenBy(region));
  const now = answer.page.getElementById(region.id);
  if (!now || !region.isConnected || (now.dataset.seen && seenBy(now) < seenBy(region))) return;
  if (region === board) { for (const column of all('.column', now)) await readFurther(column); }
  // While it came, somebody may have taken hold of the page: then it waits.
  if (signal.aborted || isHeld() || isInUse(region)) return due = true;
  now.dataset.seen ||= asked;
  morph(region, now);
  for (const id of BESIDE) renewBeside(byId(id), answer.page.getElementById(id));
  if (region === board) boardChanged();
}

/** What stands around a region and tells of the same; what is open once it is closed again. */
function renewBeside(old, now) {
  if (old?.open) missed = true;
  else if (old && now) morph(old, now);
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
    const again = byId(id);
    (again?.matches('.card') ? handleOf(again) : again)?.focus({ preventScroll: true });
  }
  const now = card && byId(card.id);
  if (now && now.closest('.column')?.id !== column) bringIntoView(now);
}

/** Show a region as a page has it that came back from something one did. */
function showRegion(region, fresh) {
  if (!fresh) return refresh();
  cancelReading();
  morph(region, fresh);
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

/** Somebody's form holds the page as it is: does the news concern what stands there? If not, the
 * page counts as up to date until the form is gone. */
async function look() {
  if (Date.now() - looked < QUIET) return;
  looked = Date.now();
  const asked = latest;
  for (const region of regions().filter(isBehind)) {
    const answer = await get(addressOf(region, seenBy(region)));
    unread = answer.kind !== 'done';
    if (unread) break;
    contact = Date.now();
    const now = answer.status === 204 ? undefined : answer.page.getElementById(region.id);
    if (now && saidBy(now) !== saidBy(region)) differs = true;
    else region.dataset.seen = Math.max(asked, seenBy(region));
    anew = due = true;
  }
  tellAge();
}

function stale(sentence, link) {
  document.documentElement.toggleAttribute('data-stale', true);
  if (bar?.firstChild.textContent === sentence) return;
  bar?.remove();
  bar = make('div', { class: 'stale-bar', id: 'stale', role: 'status' });
  bar.append(make('span', { textContent: sentence }), ...link ? [link] : []);
  (document.querySelector('.topbar') ?? document.body.firstElementChild).after(bar);
}

function fresh() {
  bar?.remove();
  bar = undefined;
  document.documentElement.removeAttribute('data-stale');
}

function loggedOut() {
  stopped = true;
  fresh();
  stale(phrase('logged_out'), make('a', { href: wayIn(), textContent: phrase('log_in') }));
}

/** What is shown is as old as the last contact, or as the first news that it does not show: reading
 * fails, or an open form holds it back. Of news that concerns nothing here nothing is said. */
function tellAge() {
  if (stopped) return;
  behind = regions().some(isBehind) ? behind || Date.now() : 0;
  if (!behind) differs = unread = false;
  const shown = Math.min(contact, behind || contact);
  if (Date.now() - shown <= STALE) return fresh();
  const held = shown < contact && (isHeld() || regions().some(isInUse));
  if (held && !differs) look();
  if (held && !differs && !unread) return fresh();
  const digits = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const time = new Intl.DateTimeFormat(language, digits).format(shown);
  stale(phrase(held && differs ? 'held' : shown < contact ? 'behind' : 'stale', { time }));
}

function watch() {
  if (stopped || document.hidden) return;
  tellAge();
  if (Date.now() - told > QUIET && Date.now() - read >= 2 * PAUSE) due = true;
  if (turns() !== turn) {
    turn = turns();
    anew = due = true;
  }
  if (!isHeld()) catchUp();
}

/** Listen: through the worker that all tabs share, else directly; and ask when nothing is heard. */
function listen() {
  document.addEventListener('toggle', () => {
    if (!missed || document.querySelector('#receipts[open]')) return;
    missed = false;
    anew = true;
    refresh();
  }, true);
  if (!regions().length) return;
  let again;
  const direct = () => again = openStream('/live', heard).again;
  if ('SharedWorker' in window) {
    const worker = new SharedWorker(new URL('live.js', import.meta.url), { name: 'live' });
    const tell = (what) => worker.port.postMessage(what);
    worker.onerror = direct;
    worker.port.onmessage = ({ data }) => heard(data);
    again = () => tell('again');
    tell('hello');
    addEventListener('pagehide', () => tell('bye'));
    addEventListener('pageshow', ({ persisted }) => persisted && tell('hello'));
  } else direct();
  for (const event of ['focusout', 'change', 'reset']) {
    document.addEventListener(event, () => setTimeout(catchUp));
  }
  addEventListener('online', () => {
    again();
    cancelReading(); // a question asked into the dead line would wait for its own patience first
    refresh();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    behind = 0;
    watch();
    catchUp();
  });
  setInterval(watch, 1000);
}
