// The board by keys: arrows go from card to card, m opens the moves, space takes a card up and puts
// it down.

let lifted; // {id, places, at}: the card in the hand, the columns it may go to, the one chosen

function goTo(card) {
  if (!card) return;
  handleOf(card).focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Up and down within a column, left and right to the card at the same height in the next column
 * that has one. */
function step(card, key) {
  const column = card.closest('.column');
  const cards = cardsOf(column);
  const at = cards.indexOf(card);
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    return goTo(cards[at + (key === 'ArrowDown' ? 1 : -1)]);
  }
  if (key === 'Home' || key === 'End') return goTo(cards.at(key === 'Home' ? 0 : -1));
  const every = columns();
  const way = key === 'ArrowRight' ? 1 : -1;
  for (let next = every.indexOf(column) + way; every[next]; next += way) {
    const there = isFolded(every[next]) ? [] : cardsOf(every[next]);
    if (there.length) return goTo(there[Math.min(at, there.length - 1)]);
  }
}

function lift(card) {
  const places = columns().filter((each) => each.contains(card) || waysTo(card, each).length);
  lifted = { id: card.id, places, at: places.indexOf(card.closest('.column')) };
  takeUp(card);
  showTargets(card);
  card.classList.add('focused');
  announce(phrase('lifted', { ref: card.dataset.record }));
}

function aim(card, way) {
  const { places } = lifted;
  lifted.at = Math.max(0, Math.min(places.length - 1, lifted.at + way));
  const column = places[lifted.at];
  const stage = labelOf(column);
  columns().forEach((each) => each.classList.toggle('drop-over', each === column));
  column.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const [action] = column.contains(card) ? [] : waysTo(card, column);
  const leads = action && phrase('action_to', { action: action.label, stage });
  announce(leads ? [leads, action.refusal].filter(Boolean).join(' – ') : stage);
}

/** The hand is empty again, and the card where it was. */
function release(card) {
  lifted = undefined;
  hideTargets();
  card?.classList.remove('focused');
}

function giveUp(card) {
  letGo(card.id);
  announce(phrase('put_back', { ref: card.dataset.record }));
}

function layDown(card) {
  const column = lifted.places[lifted.at];
  release(card);
  if (column.contains(card)) giveUp(card);
  else drop(card, column);
}

function pressed(event) {
  const { key, target } = event;
  const card = target.closest('.card');
  if (!card || event.defaultPrevented || modified(event) || inField(target)) return;
  const back = ['ArrowLeft', 'ArrowUp'].includes(key);
  if (lifted) {
    if (back || ['ArrowRight', 'ArrowDown'].includes(key)) aim(card, back ? -1 : 1);
    else if (key === ' ' || key === 'Enter') layDown(card);
    else if (key === 'Escape') {
      release(card);
      giveUp(card);
    } else return;
  } else if (key.startsWith('Arrow') || key === 'Home' || key === 'End') step(card, key);
  else if (key.toLowerCase() === 'm') offerMoves(card);
  else if (key === ' ' && !target.closest('button') && stateOf(card.id) === 'idle') lift(card);
  else if (key === 'Enter' && target === card) card.querySelector('a')?.click();
  else return;
  event.preventDefault();
}

function setUpKeyboard() {
  board.addEventListener('keydown', pressed);
  // Looking elsewhere puts the card down where it was.
  board.addEventListener('focusout', () =>
    setTimeout(() => {
      if (!lifted || document.activeElement?.closest?.('.card')?.id === lifted.id) return;
      const card = byId(lifted.id);
      release(card);
      if (card) giveUp(card);
    }));
}
