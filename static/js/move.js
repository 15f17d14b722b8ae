// A card's move, however it was asked for: dragged, chosen from "Move to…", or by keys. It is shown at once as pending;
// whatever goes wrong puts it back where it was, with the reason.

import { announce, board, choose, phrase, say } from './page.js';
import { bringIntoView, columnFor, flowOf, handleOf, labelOf, listOf, replaceColumns, ways, waysTo } from './columns.js';
import { csrfToken, get, logIn, message, send } from './send.js';
import { handleOfFolded, isFolded, open } from './fold.js';
import { openForm } from './dialog.js';
import { cancelReading, refresh, settle as feedSettle } from './feed.js';
import { noWayBack, sayWithUndo } from './undo.js';

const origins = new Map(); // id of a card on its way → where it lay
const focused = new Set(); // ids of those that had the focus when they left
const asked = new Set();   // ids of those whose action is with the server, or with its form
let keys = 0;

export const moving = () => origins.size > 0;
const cardOf = id => document.getElementById(id);
export const nextKey = () => `${board().dataset.key}.${++keys}`;

/** Remember where a card lies before it is taken up. */
export function takeUp(card) {
  if (origins.has(card.id)) return;
  cancelReading();
  origins.set(card.id, { list: card.parentElement, next: card.nextElementSibling, version: card.dataset.version });
}

/** Put a card back where it lay before it was taken up. */
export function putBack(id) {
  const card = cardOf(id);
  const origin = origins.get(id);
  if (!card || !origin) return;
  const focus = card.contains(document.activeElement) || focused.has(id);
  if (origin.list.isConnected && card.parentElement !== origin.list) {
    origin.list.insertBefore(card, origin.next?.parentElement === origin.list ? origin.next : null);
  }
  rest(card);
  if (focus) handleOf(card).focus({ preventScroll: true });
}

/** The card is no longer on its way: what waited for it may happen now. */
export function letGo(id) {
  const card = cardOf(id);
  if (card) rest(card);
  origins.delete(id);
  asked.delete(id);
  focused.delete(id);
  feedSettle();
}

function rest(card) {
  card.classList.remove('pending');
  card.removeAttribute('aria-busy');
}

/** Show the card where it is meant to go, as something not yet true. */
function showIn(card, target) {
  const list = listOf(columnFor(flowOf(card), target), card);
  if (list && card.parentElement !== list) {
    const focus = card.contains(document.activeElement);
    list.prepend(card);
    if (focus) handleOf(card).focus({ preventScroll: true });
  }
  card.classList.add('pending');
  card.setAttribute('aria-busy', 'true');
}

/** Every action a card offers, once, knowing its target stage; none where only the doing decides where it leads. */
export function actionsOf(card) {
  const found = new Map();
  for (const way of ways(card)) found.set(way.url, found.has(way.url) ? { ...way, target: undefined } : way);
  return [...found.values()];
}

/** The card was dropped on a column: find the action that goes there; ask when there are several. */
export async function drop(card, column) {
  takeUp(card);
  const { id } = card;
  const actions = waysTo(card, column);
  if (!actions.length) return refuse(id, phrase('no_move', { ref: card.dataset.record, stage: labelOf(column) }));
  if (actions.every(action => action.refusal)) return refuse(id, actions[0].refusal);
  if (actions.length === 1) return move(card, actions[0]);
  showIn(card, actions[0].target);
  const title = phrase('which_action', { ref: card.dataset.record, stage: labelOf(column) });
  const chosen = await choose(title, actions.map(asOption));
  if (chosen) return move(cardOf(id), chosen.action);
  putBack(id);
  letGo(id);
}

/** Offer everything that can be done with a card in a list. */
export async function offerMoves(card) {
  if (origins.has(card.id)) return;
  const { id } = card;
  const actions = actionsOf(card);
  if (!actions.length) return say('refused', phrase('no_moves', { ref: card.dataset.record }));
  const chosen = await choose(phrase('move_title', { ref: card.dataset.record }), actions.map(action => asOption(action, card)));
  const now = cardOf(id);
  if (now && chosen) return move(now, chosen.action);
  if (now) handleOf(now).focus();
}

function asOption(action, card) {
  const stage = card?.dataset && labelOf(columnFor(flowOf(card), action.target));
  const label = stage ? phrase('action_to', { action: action.label, stage }) : action.label;
  return { label, note: action.refusal, disabled: action.refusal, name: action.action, action };
}

/** Move a card by one of its actions. The one function behind drag, menu, button and keys. */
export async function move(card, action) {
  const { id } = card;
  if (asked.has(id)) return;
  takeUp(card);
  if (action.refusal) return refuse(id, action.refusal);
  setOff(card, action.target);
  if (action.form) return ask(id, action);
  const data = new FormData();
  data.set('version', card.dataset.version);
  data.set('key', nextKey());
  data.set('csrf_token', csrfToken());
  await deliver(id, action, data);
}

/** The card is on its way: nothing else is asked of it until the server has answered. */
function setOff(card, target) {
  takeUp(card);
  asked.add(card.id);
  if (card.contains(document.activeElement) || document.activeElement === document.body) focused.add(card.id);
  showIn(card, target);
}

/** Go back the way that came with a move's answer as `form`, where the card still lies on the board with the card. */
async function takeBack(form) {
  const id = form.dataset.card;
  const card = cardOf(id);
  if (asked.has(id)) return;
  const action = { url: form.getAttribute('action'), target: form.dataset.target };
  if (card) setOff(card, action.target);
  await deliver(id, action, new FormData(form));
}

/** Send a move and deal with its answer; a try again sends the very same, key and all. */
async function deliver(id, action, data) {
  const back = () => { putBack(id); say('refused', phrase('no_answer')); };
  const answer = await send(action.url, data, back);
  if (answer.kind === 'invalid' && answer.page.querySelector('form')) { putBack(id); return fill(id, action, answer); }
  const again = () => {
    const card = cardOf(id);
    if (!card) return;
    takeUp(card);
    showIn(card, action.target);
    deliver(id, action, data);
  };
  await settle(id, action, answer, again);
}

/** The action needs data: its form is filled in first; leaving it puts the card back. */
async function ask(id, action) {
  const answer = await get(action.url);
  if (answer.kind === 'done' && answer.page.querySelector('form')) return fill(id, action, answer);
  await settle(id, action, answer.kind === 'done' ? { ...answer, kind: 'broken' } : answer, () => {
    const card = cardOf(id);
    if (card) move(card, action);
  });
}

function fill(id, action, answer) {
  openForm(answer.page, {
    failed: () => putBack(id),
    kept: outcome => { putBack(id); origins.delete(id); return outcome.page.querySelector('.column') ? replaceColumns(outcome.page) : refresh(); },
    retried: () => { const card = cardOf(id); if (card) { takeUp(card); showIn(card, action.target); } },
    answered: outcome => settle(id, action, outcome),
    left: () => { putBack(id); letGo(id); },
  });
}

/** What the server answered is shown: the columns as they are now, the sentence, the focus where the card went. */
export async function settle(id, action, answer, again) {
  const card = cardOf(id);
  const ref = card?.dataset.record ?? '';
  const wanted = action?.target && card && labelOf(columnFor(flowOf(card), action.target));
  const told = message(answer.page);
  if (answer.kind === 'away') { putBack(id); letGo(id); return logIn(); }
  if (answer.kind !== 'done') putBack(id);
  if (answer.page) await replaceColumns(answer.page);
  const next = origins.get(id)?.next;
  // A form that no card's move opened (a reading that halted the line, a problem reported) is followed by the card that it concerns.
  const about = id ?? (cardOf(told?.card) && told.card);
  const focus = focused.has(id) || document.activeElement === document.body || about && !id;
  letGo(id);
  if (answer.kind === 'done') {
    if (focus) follow(about, next);
    mark(about, 'moved', 1600);
    const sentence = told?.text ?? (wanted ? phrase('moved', { ref, stage: wanted }) : phrase('done'));
    const back = answer.page?.getElementById('undo');
    noWayBack(back?.dataset.card ?? id);
    return back ? sayWithUndo(sentence, back, () => takeBack(back)) : say(told?.kind ?? 'done', sentence);
  }
  if (focus) follow(id, next);
  // A refusal that brings no columns still means that something is not as it looks here.
  if (answer.kind === 'refused' && !answer.page.querySelector('.column')) refresh();
  mark(id, 'refused', 6000);
  const reason = told?.text ?? phrase({ refused: 'refused', invalid: 'refused', offline: 'offline', timeout: 'unknown', lost: 'lost' }[answer.kind] ?? 'broken');
  const offer = again && ['offline', 'timeout', 'lost', 'broken'].includes(answer.kind) ? { label: phrase('try_again'), act: again } : undefined;
  say('refused', reason, offer);
}

function refuse(id, sentence) {
  putBack(id);
  mark(id, 'refused', 6000);
  letGo(id);
  say('refused', sentence);
}

/** The focus follows the card; where it left the board, its neighbour takes it. */
function follow(id, next) {
  const card = cardOf(id);
  const heir = card ?? (next?.isConnected && next.matches('.card') ? next : board().querySelector('.card'));
  if (!heir) return;
  const column = heir.closest('.column');
  if (isFolded(column) && !heir.matches('.halted')) return handleOfFolded(column).focus();
  open(column);
  handleOf(heir).focus({ preventScroll: true });
  bringIntoView(heir);
}

function mark(id, name, time) {
  cardOf(id)?.classList.add(name);
  setTimeout(() => cardOf(id)?.classList.remove(name), time);
}

/** A form on the board that is no move (or a move's own button): the same way, by the same answers. */
export async function submit(form, submitter) {
  const card = (submitter ?? form).closest('.card');
  const url = submitter?.getAttribute('formaction') || form.getAttribute('action') || location.href;
  const action = card && actionsOf(card).find(each => same(each.url, url));
  if (action) return move(card, action);
  const data = new FormData(form, submitter);
  if (form.id === 'move') data.set('key', nextKey());
  const answer = await send(url, data, () => announce(phrase('no_answer')));
  if (answer.kind === 'invalid' && answer.page.querySelector('form')) return fill(card?.id, {}, answer);
  await settle(card?.id, {}, answer, () => submit(form, submitter));
}

export const same = (one, other) => new URL(one, location.href).pathname === new URL(other, location.href).pathname;
