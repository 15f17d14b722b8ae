// A card in the hand, by pointer (with SortableJS) or by keys (keyboard.js). A column keeps its own
// order; a card laid down on another is a move.

const LONG_PRESS = 300;
let carried; // {id, byKeys} of the card in the hand

/** Take a card into the hand, and show for every column whether it could land there. */
function carry(card, byKeys = false) {
  takeUp(card);
  carried = { id: card.id, byKeys };
  card.classList.toggle('focused', byKeys);
  document.body.classList.add('dragging');
  for (const column of columns()) {
    const opens = waysTo(card, column).some((way) => !way.refusal);
    column.classList.toggle('may-drop', opens);
    column.classList.toggle('no-drop', !opens && !column.contains(card));
  }
  if (byKeys) announce(phrase('lifted', { ref: card.dataset.record }));
}

/** The hand is empty again: the card goes the way to `column`, or is back where it was. */
function layDown(column) {
  const { id } = carried;
  const card = byId(id);
  carried = undefined;
  document.body.classList.remove('dragging');
  for (const each of columns()) each.classList.remove('may-drop', 'no-drop', 'drop-over');
  card?.classList.remove('focused');
  putBack(id);
  if (card && column && !column.contains(card)) return drop(card, column);
  letGo(id);
  if (card) announce(phrase('put_back', { ref: card.dataset.record }));
}

function makeDraggable(list) {
  if (Sortable.get(list)) return;
  Sortable.create(list, {
    group: 'cards',
    sort: false,
    draggable: '.card[data-drops]:not([aria-busy="true"])',
    filter: '.next, input, select, textarea',
    preventOnFilter: false,
    // Our own picture of the card under the pointer: the same with mouse, pen and finger, and it
    // can be given up.
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 5,
    delayOnTouchOnly: true,
    delay: LONG_PRESS,
    touchStartThreshold: 8,
    scrollSensitivity: 80,
    onStart: ({ item }) => carry(item),
    onEnd: ({ to }) => carried && layDown(to.closest('.column')),
  });
}

function setUpDrag() {
  // The handle takes at once; elsewhere a finger must rest first, so that scrolling moves no card.
  on('pointerdown', '#board .cards', ({ target }, list) => {
    Sortable.get(list)?.option('delay', target.closest('.grip') ? 0 : LONG_PRESS);
  }, true);
  // A finger that rests takes a card up; the browser's menu for links must not come between.
  on('contextmenu', '.card[data-drops]', (event) => {
    if (event.pointerType === 'touch') event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !carried) return;
    event.preventDefault();
    layDown();
    document.dispatchEvent(new PointerEvent('pointerup', { bubbles: true })); // SortableJS lets go
  }, true);
}
