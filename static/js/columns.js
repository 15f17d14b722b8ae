// The board's columns: fresh ones take the place of the old, further pages are read as one scrolls,
// each can be folded away, and the way back in the browser finds the place where one stood.

const foldChosen = new Map(); // id of a column → folded: a reading under way shows it as it was
const readingOn = new Set(); // lists whose next page is on its way
let ends; // watches the ends of columns come into view

const isFolded = (column) => column?.classList.contains('folded') ?? false;
const foldButton = (column) => column.querySelector('button.fold');

/** After every change of the columns, whatever brought it. */
function boardChanged() {
  foldChosen.forEach((folded, id) => byId(id) && showFolded(byId(id), folded));
  all('.cards', board).forEach(makeDraggable);
  all('.cards:not([data-lane]) > a.more', board).forEach((link) => ends.observe(link));
  showPicked();
}

/** Replace the columns of the page by those in `page` that carry the same id. */
async function replaceColumns(page) {
  for (const fresh of all('section[id^="column-"]', page)) {
    await readFurther(fresh);
    if (byId(fresh.id)) morph(byId(fresh.id), fresh);
  }
  boardChanged();
}

/** A column (each of its lanes) that was read further than its first page comes back as long. */
async function readFurther(fresh) {
  const old = byId(fresh.id);
  for (const list of old ? listsOf(fresh) : []) {
    const before = listsOf(old).find((each) => each.dataset.lane === list.dataset.lane);
    await readUntil(list, before ? cardsOf(before).length : 0);
  }
}

async function readUntil(list, length) {
  while (cardsOf(list).length < length && list.querySelector('a.more')) {
    if (!await readMore(list, true)) return;
  }
}

/**
 * Read the next page of `list`, a column's cards (on the page or not yet), into it; says whether
 * there was one. `unasked`: nobody scrolled there, so it must not keep a login alive (by `seen`).
 */
async function readMore(list, unasked = false) {
  const link = list.querySelector('a.more');
  const url = new URL(link.getAttribute('href'), location.href);
  if (unasked) url.searchParams.set('seen', '0');
  const answer = await get(url);
  if (answer.kind !== 'done' || (!link.isConnected && list.isConnected)) return false;
  const known = new Set(cardsOf(list).map((card) => card.id));
  const cards = all('.card', answer.page).filter((card) => !known.has(card.id));
  const next = answer.page.querySelector('a.more');
  link.replaceWith(...cards, ...next && cards.length ? [next] : []);
  if (list.isConnected) boardChanged();
  return true;
}

async function readOn(link) {
  const list = link.closest('.cards');
  if (!list || readingOn.has(list)) return;
  readingOn.add(list);
  link.textContent = phrase('loading');
  if (!await readMore(list)) link.textContent = phrase('more');
  readingOn.delete(list);
}

function showFolded(column, folded) {
  if (isFolded(column) === folded) return;
  column.classList.toggle('folded', folded);
  foldButton(column).setAttribute('aria-expanded', !folded);
  const jump = document.querySelector(`#stage-jumps a[href="#${CSS.escape(column.id)}"]`);
  jump?.classList.toggle('away', folded);
}

/** Fold a column away, or open it, at once, and have the server remember it with the person; one
 * that cannot leaves it as it was. Without a script the form does the same. */
async function fold(column, folded) {
  const { id } = column;
  foldChosen.set(id, folded);
  showFolded(column, folded);
  const said = { column: foldButton(column).value, folded: folded ? '1' : '0', key: nextKey() };
  const body = dataOf(said);
  const asked = { method: 'POST', body, redirect: 'manual' };
  const answer = await fetch(byId('fold').action, asked).catch(() => ({ ok: false }));
  if (answer.ok || answer.type === 'opaqueredirect') return;
  foldChosen.delete(id);
  if (byId(id)) showFolded(byId(id), !folded);
}

/** A jump to a folded column opens it. */
function jump(event, link) {
  const column = byId(link.getAttribute('href').slice(1));
  if (!column || !isPlain(event)) return;
  event.preventDefault();
  if (isFolded(column)) fold(column, false);
  column.scrollIntoView({ block: 'nearest', inline: 'start' });
  (column.querySelector('.card') ?? foldButton(column))?.focus({ preventScroll: true });
}

const placeName = () => `place ${location.pathname}${location.search}`;

function keepPlace() {
  const lists = columns().flatMap((column) =>
    listsOf(column).map((list, at) => [column.id, at, cardsOf(list).length, list.scrollTop])
  );
  const card = document.activeElement?.closest('.card')?.id;
  keep(placeName(), { left: board.scrollLeft, top: board.scrollTop, lists, card });
}

/** Whoever comes back finds the place again, with the card they had opened. */
async function findPlace() {
  const place = recall(placeName());
  if (!place) return;
  for (const [id, at, count, top] of place.lists) {
    const list = byId(id) && listsOf(byId(id))[at];
    if (!list) continue;
    await readUntil(list, count);
    list.scrollTop = top;
  }
  const scroll = () => board.scrollTo(place.left, place.top);
  scroll();
  requestAnimationFrame(() => requestAnimationFrame(scroll)); // cards have their height once drawn
  const card = byId(place.card);
  if (!card) return;
  handleOf(card).focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function setUpColumns() {
  ends = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      ends.unobserve(target);
      readOn(target);
    }
  }, { rootMargin: '200px' });
  on('click', '#board a.more', (event, link) => { // in lanes nobody scrolls to the end of a list
    if (!isPlain(event)) return;
    event.preventDefault();
    readOn(link);
  });
  on('click', '#stage-jumps a', jump);
  on('submit', '#fold', (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const column = event.submitter.closest('.column');
    fold(column, !isFolded(column));
  }, true);
  board.addEventListener('click', (event) => { // the strip as a whole opens the column
    const column = event.target.closest('.column.folded');
    if (!column || event.target.closest('button')) return;
    event.preventDefault();
    event.stopPropagation();
    fold(column, false);
  }, true);
  addEventListener('pagehide', keepPlace);
  if (performance.getEntriesByType('navigation')[0]?.type === 'back_forward') findPlace();
}
