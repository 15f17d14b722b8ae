// One way to ask the server: the headers it wants, a limit to patience, and an answer that has a kind.

import { board } from './page.js';

const PATIENCE = 8000;
const WITH_FILES = 60000;  // five megabytes over a poor line
const ROUNDS = 3;
const PAUSE = 1000;
const UNKNOWN = [502, 504];  // what stands between says that no answer came: nobody knows what became of it

/** What the page sends with every request of its own. */
export function headers() {
  const inherited = document.body.getAttribute('hx-headers:inherited');
  const all = { ...(inherited ? JSON.parse(inherited) : {}), 'HX-Request': 'true', 'HX-Current-URL': location.href };
  if (board()) all['X-Board'] = board().dataset.board;
  return all;
}

export const csrfToken = () => headers()['X-CSRFToken'] ?? '';

/** Get a page or a part of one: {kind, status, page, url}. */
export const get = (url, signal) => once(url, {}, signal);

/**
 * Post `data`. After a time-out `unanswered` is told at once, and the server is asked by the idempotency key what became
 * of it. The answer is then the one that got lost, `lost` where nothing ever arrived, or `timeout` where nobody can tell.
 */
export async function send(url, data, unanswered) {
  const patience = [...data.values()].some(value => value instanceof File && value.size) ? WITH_FILES : PATIENCE;
  const answer = await once(url, { method: 'POST', body: data }, undefined, patience);
  if (answer.kind !== 'timeout') return answer;
  unanswered?.();
  return data.has('key') ? became(url, data, patience) : answer;
}

/** Ask (app/blueprints/records/idempotent.py) until the server knows: while the first request is under way it says 503 or nothing. */
async function became(url, data, limit) {
  for (let round = 1; round <= ROUNDS; round++) {
    if (round > 1) await new Promise(done => setTimeout(done, PAUSE));
    const answer = await once(url, { method: 'POST', body: data, headers: { 'X-Became': 'asked' } }, undefined, limit);
    if (answer.status === 204) return { ...answer, kind: 'lost' };
    if (answer.kind !== 'timeout' && answer.kind !== 'offline' && answer.status !== 503) return answer;
  }
  return { kind: 'timeout' };
}

async function once(url, options, signal, limit = PATIENCE) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), limit);
  signal?.addEventListener('abort', () => patience.abort(), { once: true });
  try {
    const response = await fetch(url, { ...options, headers: { ...headers(), ...options.headers }, signal: patience.signal });
    if (UNKNOWN.includes(response.status)) return { kind: 'timeout', status: response.status };
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    return { kind: kind(response), status: response.status, page, url: response.url, redirected: response.redirected, mentions: response.headers.get('X-Mentions'), alarms: response.headers.get('X-Alarms') };
  } catch {
    return { kind: signal?.aborted ? 'cancelled' : patience.signal.aborted ? 'timeout' : 'offline' };
  } finally {
    clearTimeout(timer);
  }
}

/** done, invalid (the form comes back), refused (with a sentence), away (nobody is logged in any more) or broken. */
function kind(response) {
  const { status } = response;
  const login = response.redirected && new URL(response.url).pathname === '/login';
  if (status === 401 || login || response.headers.has('HX-Redirect')) return 'away';
  if (response.ok) return 'done';
  if (status === 422) return 'invalid';
  return status < 500 ? 'refused' : 'broken';
}

/** The server's own sentence in an answer: {kind, text, card} with the card that it names, or undefined. */
export function message(page) {
  const element = page?.querySelector('p#message');
  const text = element?.textContent.trim();
  return text ? { kind: element.dataset.kind ?? 'done', text, card: element.dataset.card } : undefined;
}

/** To the login page with what a form holds: sent as a page, it comes back with the way in, and then ready to send. */
export function logInWith(form, url) {
  form.action = url;
  HTMLFormElement.prototype.submit.call(form);
}

/** To the login page, and back here afterwards. */
export function logIn() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}
