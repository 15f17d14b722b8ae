// The board's columns: fresh ones take the place of the old, each can be folded away, and the way
// back in the browser finds the place where one stood. Further pages are read by htmx as one
// scrolls; the page's address tells from then on how long a column is, and the server keeps to it.

const foldChosen = new Map(); // id of a column → folded: a reading under way shows it as it was

const isFolded = (column) => column?.classList.contains('folded') ?? false;
const foldButton = (column) => column.querySelector('button.fold');

/** After every change of the columns, whatever brought it. */
function boardChanged() {
  foldChosen.forEach((folded, id) => byId(id) && showFolded(byId(id), folded));
  all('.cards', board).forEach(makeDraggable);
  showPicked();
}

/** Replace the columns of the page by those in `page` that carry the same id. */
function replaceColumns(page) {
  for (const fresh of all('section[id^="column-"]', page)) {
    if (byId(fresh.id)) morph(byId(fresh.id), fresh);
  }
  boardChanged();
}

/** The next page of a list brings no card twice that moved meanwhile; where the list itself was
 * read again meanwhile, its new end asks anew. */
function readOn(event, link) {
  const { ctx: { request }, tasks } = event.detail;
  if (request.action !== link.getAttribute('hx-get')) return event.preventDefault();
  const cards = tasks.flatMap(({ fragment }) => all('.card', fragment));
  cards.filter((card) => byId(card.id)).forEach((card) => card.remove());
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
  const lists = all('.cards', board).map((list) => list.scrollTop);
  const card = document.activeElement?.closest('.card')?.id;
  keep(placeName(), { left: board.scrollLeft, top: board.scrollTop, lists, card });
}

/** Whoever comes back finds the place again, with the card they had opened. */
function findPlace() {
  const place = recall(placeName());
  if (!place) return;
  all('.cards', board).forEach((list, at) => list.scrollTop = place.lists[at]);
  const scroll = () => board.scrollTo(place.left, place.top);
  scroll();
  requestAnimationFrame(() => requestAnimationFrame(scroll)); // cards have their height once drawn
  const card = byId(place.card);
  if (!card) return;
  handleOf(card).focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function setUpColumns() {
  on('htmx:before:request', '#board a.more', cancelReading);
  on('htmx:before:swap', '#board a.more', readOn);
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
