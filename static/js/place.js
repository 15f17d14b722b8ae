// Where somebody stood on a board: the way back in the browser finds it again, with the card they had opened.

import { board } from './page.js';
import { cardsOf, columns, handleOf, listsOf, readMore } from './columns.js';

const key = () => `place ${location.pathname}${location.search}`;

/** Remember the place when the page is left, and take it up again where the browser came back. */
export function keepPlace() {
  addEventListener('pagehide', () => {
    const lists = columns().flatMap(column => listsOf(column).map((list, place) => [column.id, place, cardsOf(list).length, list.scrollTop]));
    const card = document.activeElement?.closest('.card')?.id;
    try {
      sessionStorage.setItem(key(), JSON.stringify({ left: board().scrollLeft, top: board().scrollTop, lists, card }));
    } catch { /* a browser that keeps nothing loses the place, and nothing else */ }
  });
  if (performance.getEntriesByType('navigation')[0]?.type === 'back_forward') find();
}

async function find() {
  let kept;
  try {
    kept = JSON.parse(sessionStorage.getItem(key()));
  } catch { /* as above */ }
  if (!kept) return;
  for (const [id, place, count, top] of kept.lists) {
    const column = document.getElementById(id);
    const list = column && listsOf(column)[place];
    while (list && cardsOf(list).length < count && list.querySelector('a.more')) if (!await readMore(list, true)) break;
    if (list) list.scrollTop = top;
  }
  board().scrollTo(kept.left, kept.top);
  const card = columns().flatMap(cardsOf).find(each => each.id === kept.card);
  if (!card) return;
  handleOf(card).focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
