// Several cards at once: they are picked here, and the server does to each what was chosen
// (app/blueprints/board/picked_cards.py): every card answers for itself, done, or refused with the
// sentence.

const picked = new Set(); // ids of cards
let lastPicked; // a range begins there
let isChoosing = false; // every card shows its box
let isRunning = false;

const inOrder = () => columns().flatMap(cardsOf);
const isPicked = (card) => picked.has(card.id);

/** A card's box, once it is pointed at, has the focus, or boxes are wanted everywhere. */
function addBox(card) {
  if (!card || card.querySelector('.pick') || card.closest('.waited')) return;
  const name = phrase('pick', { ref: card.dataset.record });
  card.append(button('', null, { class: 'pick', tabIndex: -1, 'aria-label': name }));
  card.lastChild.setAttribute('aria-pressed', isPicked(card));
}

function showPicked() {
  for (const id of picked) if (!byId(id) || byId(id).closest('.waited')) picked.delete(id);
  for (const card of inOrder()) {
    if (isChoosing || isPicked(card)) addBox(card);
    card.classList.toggle('picked', isPicked(card));
    card.querySelector('.pick')?.setAttribute('aria-pressed', isPicked(card));
  }
  board.classList.toggle('choosing', isChoosing);
  showBar();
}

function pick(card, range) {
  if (isRunning || card.closest('.waited')) return;
  const mine = cardsOf(card.closest('.column'));
  const from = range ? mine.findIndex((each) => each.id === lastPicked) : -1;
  const [first, last] = [from, mine.indexOf(card)].sort((one, other) => one - other);
  if (from >= 0) mine.slice(first, last + 1).forEach((each) => picked.add(each.id));
  else if (!picked.delete(card.id)) picked.add(card.id);
  lastPicked = card.id;
  showPicked();
  announce(phrase('picked', { count: picked.size }));
}

function dropPicks() {
  picked.clear();
  isChoosing = false;
  showPicked();
}

/** What can be done with some of them without a form of their own, or with a signature alone. */
function offers() {
  const found = new Map(); // flow.action → {label, signed, able}
  for (const card of inOrder().filter(isPicked)) {
    for (const { action, label, form, signed, refusal } of actionsOf(card)) {
      if (!label || (form && !signed)) continue;
      const name = `${flowOf(card)}.${action}`;
      if (!found.has(name)) found.set(name, { name, label, signed, able: 0 });
      found.get(name).able += refusal ? 0 : 1;
    }
  }
  return [...found.values()].filter((offer) => offer.able);
}

function showBar() {
  const had = document.activeElement?.dataset?.bulk;
  byId('bulk')?.remove();
  if (!picked.size && !isChoosing) return;
  const disabled = isRunning;
  const buttons = offers().map((offer) => {
    const { name, label: action, able: count } = offer;
    const text = count === picked.size ? action : phrase('some_of', { action, count });
    const more = { class: 'button', disabled, 'data-bulk': name };
    return button(text, () => doToPicked(offer), more);
  });
  const none = make('span', { class: 'why', textContent: phrase('nothing_for_all') });
  document.body.append(make(
    'div',
    { class: 'bulk-bar', id: 'bulk', role: 'region', 'aria-label': phrase('picked_cards') },
    make('b', { textContent: phrase('picked', { count: picked.size }) }),
    ...picked.size && !buttons.length ? [none] : buttons,
    button(phrase('cancel'), dropPicks, { class: 'button quiet', disabled }),
  ));
  if (had) document.querySelector(`[data-bulk="${had}"]`)?.focus();
}

/** Ask for the signature first where there is one; then what became of each is shown. */
async function doToPicked({ name: action, signed }) {
  const data = signed ? new FormData() : dataOf({ key: nextKey() });
  data.set('action', action);
  for (const card of inOrder().filter(isPicked)) {
    data.append('record', `${card.dataset.record} ${card.dataset.version}`);
  }
  const url = `/picked/${board.dataset.board}`;
  isRunning = true;
  showBar();
  const answer = signed
    ? await get(`${url}?${new URLSearchParams(data)}`)
    : await send(url, data, () => announce(phrase('no_answer_form')));
  isRunning = false;
  if (signed && answer.kind === 'done') openForm(answer.page, { answered: showResults });
  else showResults(answer);
  showPicked();
}

/** What became of each; what could not be done stays picked. */
function showResults(answer) {
  if (answer.kind !== 'done') return settle(undefined, {}, answer);
  for (const { dataset: { card } } of all('#bulk-results .done', answer.page)) {
    picked.delete(card);
    noWayBack(card);
  }
  isChoosing = false;
  replaceColumns(answer.page);
  openForm(answer.page, { answered() {} });
  announce(panel.querySelector('h2').textContent);
  refresh();
}

function setUpPicking() {
  for (const event of ['pointerover', 'focusin']) {
    board.addEventListener(event, ({ target }) => addBox(target.closest('.card')));
  }
  board.addEventListener('click', (event) => {
    const card = event.target.closest('.card');
    if (!card || event.button) return;
    if (!event.target.closest('.pick') && !(event.shiftKey && picked.size)) return;
    event.preventDefault();
    event.stopPropagation();
    pick(card, event.shiftKey);
  }, true);
  board.addEventListener('keydown', (event) => {
    const card = event.target.closest('.card');
    if (event.defaultPrevented || modified(event) || inField(event.target)) return;
    if (card && event.key.toLowerCase() === 'x') pick(card, event.shiftKey);
    else if (event.key === 'Escape' && picked.size && !isRunning) dropPicks();
    else return;
    event.preventDefault();
  });
  const starter = byId('pick-cards');
  if (!starter) return;
  starter.hidden = false;
  starter.addEventListener('click', () => {
    if (isChoosing || picked.size) return dropPicks();
    isChoosing = true;
    showPicked();
  });
}
