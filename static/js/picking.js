// Several cards at once: they are picked here, and the server does to each what was chosen
// (app/blueprints/board/picked_cards.py): every card answers for itself, done, or refused with the
// sentence.

const picked = new Set(); // ids of cards
let lastPicked; // a range begins there
let isChoosing = false; // every card shows its box
let isRunning = false;

const pickedCards = () => all('.card.picked', board); // in their order

/** Where something can be done with a card, it has a box. */
const boxOf = (card) => card.querySelector('.pick');

function showPicked() {
  for (const id of picked) if (!byId(id) || !boxOf(byId(id))) picked.delete(id);
  for (const card of cardsOf(board)) {
    const isPicked = card.classList.toggle('picked', picked.has(card.id));
    boxOf(card)?.setAttribute('aria-pressed', isPicked);
  }
  board.classList.toggle('choosing', isChoosing);
  showBar();
}

function pick(card, range) {
  if (isRunning || !boxOf(card)) return;
  const mine = cardsOf(card.closest('.column')).filter(boxOf);
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

/** With how many of them an action can be done without a form of its own, or with a signature. */
function countAble() {
  const able = {};
  for (const card of pickedCards()) {
    for (const { name, form, signed, refusal } of actionsOf(card)) {
      if (!refusal && (!form || signed)) able[name] = (able[name] ?? 0) + 1;
    }
  }
  return able;
}

/** The bar lies on the page (app/templates/board/_bar.html) with all that can be done. */
function showBar() {
  const [bar, able, { size }] = [byId('bulk'), countAble(), picked];
  bar.hidden = !size && !isChoosing;
  bar.querySelector('b').textContent = phrase('picked', { count: size });
  bar.querySelector('.why').hidden = !size || Object.keys(able).length > 0;
  for (const offer of all('button', bar)) offer.disabled = isRunning;
  for (const offer of all('[data-bulk]', bar)) {
    const [count, action] = [able[offer.dataset.bulk] ?? 0, offer.value];
    offer.hidden = !count;
    offer.textContent = count === size ? action : phrase('some_of', { action, count });
  }
}

/** Ask for the signature first where there is one; then what became of each is shown. */
async function doToPicked({ dataset: { bulk: action, asks: signed } }) {
  const data = signed ? new FormData() : dataOf({ key: nextKey() });
  data.set('action', action);
  for (const card of pickedCards()) {
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
  if (answer.kind !== 'done') return settle(undefined, answer);
  for (const { dataset: { card } } of all('#bulk-results .done', answer.page)) {
    picked.delete(card);
    noWayBack(card);
  }
  isChoosing = false;
  replaceColumns(answer.page);
  openForm(answer.page, { answered() {} });
  announce(panel.querySelector('h2').textContent);
}

function setUpPicking() {
  on('click', '#bulk [data-bulk]', (_, offer) => doToPicked(offer));
  on('click', '#bulk [data-cancel]', dropPicks);
  board.addEventListener('click', (event) => {
    const card = event.target.closest('.card');
    if (!card || event.button) return;
    if (!event.target.closest('.pick') && !(event.shiftKey && picked.size)) return;
    event.preventDefault();
    event.stopPropagation();
    pick(card, event.shiftKey);
  }, true);
  on('click', '#pick-cards', () => {
    if (isChoosing || picked.size) return dropPicks();
    isChoosing = true;
    showPicked();
  });
}
