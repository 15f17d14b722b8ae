// The board. A card is moved by dragging (drag.js), by keys (keyboard.js), by its button or by
// "Move to…": they all come together here, by one rule, and the server has the last word.
//
//             taken up                  one way leads there              done: where it went
//   ┌──────┐ ─────────▶ ┌─────────┐ ───────────────────────▶ ┌─────────┐ ─────────▶ ┌──────┐
//   │ idle │            │ carried │                          │ pending │            │ idle │
//   └──────┘ ◀───────── └─────────┘    several: one chosen   └─────────┘ ◀────────▶ └──────┘
//             put back                                        │       ▲   refused, failed: back
//                                             data is needed  ▼       │   with the reason; again
//                                                      ┌───────────┐  │ sent
//                                                      │ form open │ ─┘
//                                                      └───────────┘ ───────▶ idle: left, put back
//
// A card that is not idle is in `moves`, with the place where it lay. As long as any is, the board
// is never redrawn from news: it grows stale, and catches up (news.js) once all are idle again.

const moves = new Map(); // id of a card → {state, list, next, focused}
let keys = 0;

const stateOf = (id) => moves.get(id)?.state ?? 'idle';
const nextKey = () => `${board.dataset.key}.${++keys}`;

const columns = () => all('.column', board);
const cardsOf = (column) => all('.card', column);
/** The kind of record a card stands for: its id says it. */
const flowOf = (card) => card.id.split('-')[1];
const columnFor = (card, stage) => byId(`column-${flowOf(card)}-${stage}`);
const labelOf = (column) => column?.dataset.label ?? '';

/** The list of a column where `card` would lie: in lanes, that of its own lane. */
function listFor(column, card) {
  const lane = card.closest('.cards')?.dataset.lane;
  const lists = column ? all('.cards', column) : [];
  return lists.find((list) => list.dataset.lane === lane) ?? lists[0];
}

// What can be done with a card: {target, action, label, form, signed, url, refusal}

/** Once for each stage that it may lead to. */
function waysOf(card) {
  const known = JSON.parse(board.dataset.actions || '{}'); // their names, said once for the board
  return JSON.parse(card.dataset.drops || '[]').map(([target, action, more]) => {
    const name = `${flowOf(card)}.${action}`;
    const url = `/${board.dataset.board}/${card.dataset.record}/${action}`;
    const stuck = more?.refusal === true && { refusal: card.querySelector('.block').textContent };
    return { ...known[name], name, action, url, target, ...more, ...stuck };
  });
}

/** Those that lead to `column`, refused ones included. */
const waysTo = (card, column) =>
  waysOf(card).filter((way) => columnFor(card, way.target) === column);

/** Each once, with its target; without where only the doing decides where it leads. */
function actionsOf(card) {
  const found = new Map();
  for (const way of waysOf(card)) {
    found.set(way.url, found.has(way.url) ? { ...way, target: undefined } : way);
  }
  return [...found.values()];
}

// From state to state

/** idle → carried: remember where the card lies. */
function takeUp(card) {
  if (moves.has(card.id)) return;
  cancelReading();
  moves.set(card.id, {
    state: 'carried',
    list: card.parentElement,
    next: card.nextElementSibling,
  });
}

/** → pending: the card is shown where it is meant to go, as something not yet true. */
function setOff(card, target) {
  takeUp(card);
  const move = moves.get(card.id);
  move.state = 'pending';
  const active = document.activeElement;
  move.focused ||= card.contains(active) || active === document.body;
  showIn(card, target);
}

function showIn(card, target) {
  const list = listFor(columnFor(card, target), card);
  if (list && card.parentElement !== list) {
    const focused = card.contains(document.activeElement);
    list.prepend(card);
    if (focused) card.focus({ preventScroll: true });
  }
  card.classList.add('pending');
  card.setAttribute('aria-busy', 'true');
}

/** Put a card back where it lay; what becomes of its move is still open. */
function putBack(id) {
  const [card, move] = [byId(id), moves.get(id)];
  if (!card || !move) return;
  const focused = card.contains(document.activeElement) || move.focused;
  if (move.list.isConnected && card.parentElement !== move.list) {
    move.list.insertBefore(card, move.next?.parentElement === move.list ? move.next : null);
  }
  rest(card);
  if (focused) card.focus({ preventScroll: true });
}

/** → idle: what waited for the card may happen now. */
function letGo(id) {
  rest(byId(id));
  moves.delete(id);
  catchUp();
}

function rest(card) {
  card?.classList.remove('pending');
  card?.removeAttribute('aria-busy');
}

/** → idle, with the reason why it did not go; `offer` as a message has one. */
function refuse(id, sentence, offer) {
  putBack(id);
  flash(id, 'refused', 6000);
  letGo(id);
  say('refused', sentence, offer);
}

/** The card was dropped on a column: go the way that leads there; ask where there are several. */
async function drop(card, column) {
  takeUp(card);
  const { id, dataset: { record: ref } } = card;
  const [actions, stage] = [waysTo(card, column), labelOf(column)];
  if (!actions.length) return refuse(id, phrase('no_move', { ref, stage }));
  if (actions.every((action) => action.refusal)) return refuse(id, actions[0].refusal);
  if (actions.length === 1) return move(card, actions[0]);
  showIn(card, actions[0].target);
  const chosen = await choose(phrase('which_action', { ref, stage }), actions.map(asOption));
  if (chosen) return move(byId(id), chosen);
  putBack(id);
  letGo(id);
}

const asOption = (action) => ({
  ...action,
  name: action.action,
  note: action.refusal,
  disabled: action.refusal,
});

/** Offer everything that can be done with a card in a list. */
async function offerMoves(card) {
  const { id, dataset: { record: ref } } = card;
  if (moves.has(id)) return;
  const actions = actionsOf(card);
  if (!actions.length) return say('refused', phrase('no_moves', { ref }));
  const options = actions.map((action) => {
    const stage = labelOf(columnFor(card, action.target));
    const label = stage ? phrase('action_to', { action: action.label, stage }) : action.label;
    return { ...asOption(action), label };
  });
  const chosen = await choose(phrase('move_title', { ref }), options);
  if (chosen && byId(id)) return move(byId(id), chosen);
  byId(id)?.focus();
}

/** Move a card by one of its actions. The one function behind drag, menu, button and keys. */
async function move(card, action) {
  const { id, dataset: { version } } = card;
  if (!['idle', 'carried'].includes(stateOf(id))) return;
  takeUp(card);
  if (action.refusal) return refuse(id, action.refusal);
  setOff(card, action.target);
  if (!action.form) return deliver(id, action, dataOf({ version, key: nextKey() }));
  const answer = await get(action.url);
  if (answer.kind === 'done' && formIn(answer.page)) return askData(id, action, answer);
  if (answer.kind === 'done') answer.kind = 'broken';
  settle(id, answer, () => byId(id) && move(byId(id), action));
}

/** Send a move and deal with its answer; a try again sends the very same, key and all. */
async function deliver(id, action, data) {
  const answer = await send(action.url, data, () => {
    putBack(id);
    say('refused', phrase('no_answer'));
  });
  if (answer.kind === 'invalid') {
    putBack(id);
    return askData(id, action, answer);
  }
  settle(id, answer, () => {
    if (!byId(id)) return;
    setOff(byId(id), action.target);
    deliver(id, action, data);
  });
}

/** pending → form open: the action needs data; leaving its form puts the card back. */
function askData(id, action, answer) {
  const opened = () => moves.has(id) && (moves.get(id).state = 'form open');
  opened();
  openForm(answer.page, {
    failed: () => (putBack(id), opened()),
    retried: () => byId(id) && setOff(byId(id), action.target),
    answered: (outcome) => settle(id, outcome),
    left: () => (putBack(id), letGo(id)),
    kept(outcome) {
      putBack(id);
      moves.delete(id);
      replaceColumns(outcome.page);
    },
  });
}

/** Go back the way that came with a move's answer as `form`. */
async function takeBack(form) {
  const { card: id, target } = form.dataset;
  if (stateOf(id) !== 'idle') return;
  if (byId(id)) setOff(byId(id), target);
  await deliver(id, { url: form.getAttribute('action'), target }, new FormData(form));
}

/** → idle. What the server answered is shown: the columns as they are now, the sentence, the focus
 * where the card went. Without `id` it is the answer to a form that no card's move opened. */
function settle(id, answer, again) {
  const done = answer.kind === 'done';
  if (!done) putBack(id);
  if (answer.kind === 'away') {
    letGo(id);
    return location.assign(wayIn());
  }
  if (answer.page) replaceColumns(answer.page);
  const { next, focused } = moves.get(id) ?? {};
  const about = id ?? byId(answer.page?.querySelector('p#message')?.dataset.card)?.id;
  const follows = focused || document.activeElement === document.body || (done && about && !id);
  letGo(id);
  if (follows) follow(done ? about : id, next);
  if (done) {
    flash(about, 'moved', 1600);
    const sentence = sentenceOf(answer) ?? phrase('done');
    const back = answer.page.getElementById('undo');
    noWayBack(back?.dataset.card ?? id);
    return say('done', sentence, { undo: back });
  }
  const offer = again && answer.kind !== 'refused' && { label: phrase('try_again'), act: again };
  refuse(id, whyNot(answer, 'card'), offer || undefined);
}

/** The focus follows the card; where it left the board, its neighbour takes it. */
function follow(id, next) {
  const neighbour = next?.isConnected && next.matches('.card')
    ? next
    : board.querySelector('.card');
  const heir = byId(id) ?? neighbour;
  if (!heir) return;
  const column = heir.closest('.column');
  if (isFolded(column) && !heir.matches('.halted')) return foldButton(column).focus();
  if (isFolded(column)) foldButton(column).click();
  heir.focus({ preventScroll: true });
  bringIntoView(heir);
}

function flash(id, name, time) {
  byId(id)?.classList.add(name);
  setTimeout(() => byId(id)?.classList.remove(name), time);
}

/** Scroll as little as needed to see a card; sideways to where its column snaps. One that was never
 * laid out has its height only once it is in view: then once more. */
function bringIntoView(card) {
  const column = card.closest('.column') ?? card;
  const scroll = () => {
    const [seen, here] = [board, column].map((each) => each.getBoundingClientRect());
    if (here.left < seen.left || here.right > seen.right) {
      column.scrollIntoView({ block: 'nearest', inline: 'start' });
    }
    card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  scroll();
  requestAnimationFrame(() => requestAnimationFrame(scroll));
}

/** Bring the board to life. */
function setUpBoard() {
  // The second click of a double click would meet the card that moved up into the gap.
  board.addEventListener('click', (event) => {
    if (event.detail < 2 || !event.target.closest('.card')) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  board.addEventListener('click', (event) => {
    const card = event.target.closest('.card');
    if (!card || !isPlain(event)) return;
    const link = event.target.closest('a[href]');
    const action = link && actionsOf(card).find((each) => each.url === link.pathname);
    const offers = event.target.closest('.grip');
    if (!offers && !action) return;
    event.preventDefault();
    if (offers) offerMoves(card);
    else move(card, action);
  });
  setUpColumns();
  setUpDrag();
  setUpKeyboard();
  setUpPicking();
  boardChanged();
}
