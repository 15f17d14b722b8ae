// Dragging, with SortableJS. A column keeps its own order; a card dropped on another is a move.

const LONG_PRESS = 300;
let dragged;
let givenUp = false;

/** Show for every column whether the card could land there. */
function showTargets(card) {
  document.body.classList.add('dragging');
  for (const column of columns()) {
    const opens = waysTo(card, column).some((way) => !way.refusal);
    column.classList.toggle('may-drop', opens);
    column.classList.toggle('no-drop', !opens && !column.contains(card));
  }
}

function hideTargets() {
  document.body.classList.remove('dragging');
  for (const column of columns()) column.classList.remove('may-drop', 'no-drop', 'drop-over');
}

function startDrag({ item }) {
  dragged = item;
  givenUp = false;
  takeUp(item);
  showTargets(item);
}

function endDrag({ item, to }) {
  dragged = undefined;
  hideTargets();
  const column = to.closest('.column');
  putBack(item.id);
  if (givenUp || !column || column.contains(item)) letGo(item.id);
  else drop(item, column);
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
    onStart: startDrag,
    onEnd: endDrag,
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
    if (event.key !== 'Escape' || !dragged) return;
    givenUp = true;
    event.preventDefault();
    announce(phrase('put_back', { ref: dragged.dataset.record }));
    document.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
  }, true);
}
