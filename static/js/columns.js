// The board's columns: fresh ones take the place of the old, each can be folded away, and the way
// back in the browser finds the place where one stood. Further pages are read by htmx as one
// scrolls; the page's address tells from then on how long a column is, and the server keeps to it.

const isFolded = (column) => column?.classList.contains('folded') ?? false;
const foldButton = (column) => column.querySelector('button.fold');

/** After every change of the columns, whatever brought it. */
function boardChanged() {
  all('.cards', board).forEach(makeDraggable);
  showPicked();
}

/** Replace the columns of the page by those in `page` that carry the same id. An answer that brings
 * none still means that something is not as it looks here. */
function replaceColumns(page) {
  const columns = all('section[id^="column-"]', page);
  for (const fresh of columns) if (byId(fresh.id)) renew(byId(fresh.id), fresh);
  if (page.getElementById('placed')) place(page.getElementById('placed'));
  boardChanged();
  if (!columns.length) refresh();
}

/** A column that comes without its cards is its head alone. */
function renew(column, fresh) {
  if (fresh.querySelector('.cards')) return morph(column, fresh);
  Object.assign(column.dataset, fresh.dataset);
  morph(column.querySelector('header'), fresh.querySelector('header'));
}

/** Put the card that moved where it lies now: before the one that follows, or last where all are
 * shown. Where it lies further than the list is read, or on no column of this board, it is not
 * shown; first, where the one that follows is just being moved away. */
function place({ dataset: { card: id, column, before }, firstElementChild: fresh }) {
  const [list, next] = [byId(column)?.querySelector('.cards'), byId(before)];
  const isShown = list && (before ? next : !list.querySelector('.more'));
  if (!isShown) return byId(id)?.remove();
  if (byId(id)) morph(byId(id), fresh);
  const end = next && (next.parentElement === list ? next : list.firstChild);
  list.insertBefore(byId(id) ?? fresh, end || list.querySelector('.none'));
}

/** Which page of which list an address asks for. */
function pageOn(address) {
  const { pathname, searchParams } = new URL(address, location.href);
  searchParams.delete('seen');
  return `${pathname}?${searchParams}`;
}

/** The next page of a list brings no card twice that moved meanwhile; where the list itself was
 * read again meanwhile, its new end asks anew. */
function readOn(event, link) {
  const { ctx: { request, hx }, tasks } = event.detail;
  if (pageOn(request.action) !== pageOn(link.getAttribute('hx-get'))) return event.preventDefault();
  hx.replaceurl = withLengths(hx.replaceurl);
  const cards = tasks.flatMap(({ fragment }) => all('.card', fragment));
  cards.filter((card) => byId(card.id)).forEach((card) => card.remove());
}

/** The address with what was read of other lists while this one was on its way. */
function withLengths(address) {
  const url = new URL(address, location.href);
  for (const [name, length] of new URLSearchParams(location.search)) {
    if (name.startsWith('length.') && !url.searchParams.has(name)) {
      url.searchParams.set(name, length);
    }
  }
  return url.pathname + url.search;
}

/** What comes into view by itself, as the end of a column that grew, keeps no login alive. */
function askUnseen({ detail: { ctx } }) {
  if (ctx.sourceEvent?.type === 'intersect') ctx.request.body.set('seen', 0);
}

/** Fold a column away, or open it, at once; the form has the server remember it with the person. */
function fold({ submitter }, { elements: { key, folded } }) {
  const column = submitter.closest('.column');
  const folds = column.classList.toggle('folded');
  submitter.setAttribute('aria-expanded', !folds);
  const jump = document.querySelector(`#stage-jumps a[href="#${CSS.escape(column.id)}"]`);
  jump?.classList.toggle('away', folds);
  [key.value, folded.value] = [nextKey(), Number(folds)];
}

/** A jump to a folded column opens it. */
function jump(event, link) {
  const column = byId(link.getAttribute('href').slice(1));
  if (!column || !isPlain(event)) return;
  event.preventDefault();
  if (isFolded(column)) foldButton(column).click();
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
  goTo(byId(place.card));
}

function setUpColumns() {
  board.addEventListener('htmx:before:request', cancelReading);
  on('htmx:config:request', '#board a.more', askUnseen);
  on('htmx:before:swap', '#board a.more', readOn);
  on('click', '#stage-jumps a', jump);
  on('submit', '#fold', fold, true);
  for (const failed of ['htmx:error', 'htmx:response:error']) {
    on(failed, '#fold', () => refresh(true)); // it stays as the server has it
  }
  addEventListener('pagehide', keepPlace);
  if (performance.getEntriesByType('navigation')[0]?.type === 'back_forward') findPlace();
}
