// The board by keys: arrows go from card to card, m opens the moves, x picks, space takes a card up
// and puts it down.

function goTo(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
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

/** The column that the card in the hand is held over. */
const aimedAt = (card) => board.querySelector('.drop-over') ?? card.closest('.column');

function aim(card, way) {
  const places = columns().filter((each) => each.contains(card) || waysTo(card, each).length);
  const at = places.indexOf(aimedAt(card)) + way;
  const column = places[Math.max(0, Math.min(places.length - 1, at))];
  const stage = labelOf(column);
  columns().forEach((each) => each.classList.toggle('drop-over', each === column));
  column.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const [action] = column.contains(card) ? [] : waysTo(card, column);
  const leads = action && phrase('action_to', { action: action.label, stage });
  announce(leads ? [leads, action.refusal].filter(Boolean).join(' – ') : stage);
}

function pressed(event) {
  const { key, target } = event;
  const card = target.closest('.card');
  if (event.defaultPrevented || modified(event) || inField(target)) return;
  const back = ['ArrowLeft', 'ArrowUp'].includes(key);
  if (key === 'Escape' && picked.size && !isRunning) dropPicks();
  else if (!card) return;
  else if (carried?.byKeys) {
    if (back || ['ArrowRight', 'ArrowDown'].includes(key)) aim(card, back ? -1 : 1);
    else if (key === ' ' || key === 'Enter') layDown(aimedAt(card));
    else return;
  } else if (key.startsWith('Arrow') || key === 'Home' || key === 'End') step(card, key);
  else if (key.toLowerCase() === 'm') offerMoves(card);
  else if (key.toLowerCase() === 'x') pick(card, event.shiftKey);
  else if (key === ' ' && !target.closest('button') && stateOf(card.id) === 'idle') {
    carry(card, true);
  } else if (key === 'Enter' && target === card) card.querySelector('a')?.click();
  else return;
  event.preventDefault();
}

function setUpKeyboard() {
  board.addEventListener('keydown', pressed);
  // Looking elsewhere puts the card down where it was.
  board.addEventListener('focusout', () =>
    setTimeout(() => {
      if (carried?.byKeys && document.activeElement?.closest('.card')?.id !== carried.id) layDown();
    }));
}
