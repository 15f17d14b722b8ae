// One way to ask the server: the headers it wants, a limit to patience, an answer that has a kind.

const PATIENCE = 8000;
const ROUNDS = 3;
const WITH_FORM = [413, 422, 507]; // something in it is wrong, too large, or finds no room
const UNKNOWN = [502, 504]; // a proxy says that no answer came: nobody knows what became of it

/** What the page sends with every request of its own. */
function headers() {
  const inherited = JSON.parse(document.body.getAttribute('hx-headers:inherited'));
  return { ...inherited, 'HX-Request': 'true', 'HX-Current-URL': location.href };
}

/** The fields of a request of ours: with the token, and whatever `fields` say. */
function dataOf(fields) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('csrf_token', headers()['X-CSRFToken']);
  return data;
}

/** Get a page or a part of one: {kind, page, response}, where anything came. */
const get = (url, signal) => once(url, {}, signal);

/**
 * Post `data`. After a time-out `unanswered` is told at once, and the server is asked by the
 * idempotency key what became of it (app/blueprints/records/idempotent.py): while the first request
 * is under way it says 503 or nothing. The answer is then the one that got lost, `lost` where
 * nothing ever arrived, or `timeout` where nobody can tell.
 */
async function send(url, data, unanswered) {
  const answer = await once(url, { method: 'POST', body: data });
  if (answer.kind !== 'timeout') return answer;
  unanswered?.();
  for (let round = 0; data.has('key') && round < ROUNDS; round++) {
    if (round) await new Promise((done) => setTimeout(done, 1000));
    const asked = { method: 'POST', body: data, headers: { 'X-Became': 'asked' } };
    const became = await once(url, asked);
    const status = became.response?.status;
    if (status === 204) return { ...became, kind: 'lost' };
    if (!['timeout', 'offline'].includes(became.kind) && status !== 503) return became;
  }
  return { kind: 'timeout' };
}

async function once(url, options, cancelled) {
  const late = new AbortController(); // by the page's own clock
  setTimeout(() => late.abort(), PATIENCE);
  const signal = AbortSignal.any([...cancelled ? [cancelled] : [], late.signal]);
  try {
    const all = { ...headers(), ...options.headers };
    const response = await fetch(url, { ...options, headers: all, signal });
    if (UNKNOWN.includes(response.status)) return { kind: 'timeout', response };
    const page = pageOf(await response.text());
    return { kind: kindOf(response, page), page, response };
  } catch {
    return { kind: cancelled?.aborted ? 'cancelled' : late.signal.aborted ? 'timeout' : 'offline' };
  }
}

/** done, invalid (the form comes back), refused (with a sentence), away (logged out) or broken. */
function kindOf({ ok, status }, page) {
  if (status === 401) return 'away';
  if (ok) return 'done';
  if (WITH_FORM.includes(status) && formIn(page)) return 'invalid';
  return status < 500 ? 'refused' : 'broken';
}

const pageOf = (text) => new DOMParser().parseFromString(text, 'text/html');
const contentOf = (page) => page.getElementById('content') ?? page.body;
const formIn = (page) => page && contentOf(page).querySelector('form[method="post"]');

/** The server's own sentence in an answer. */
const sentenceOf = (answer) => answer.page?.querySelector('p#message')?.textContent.trim();

/** Why nothing came of it, as it is told of a card, a form or a page: the server says so, or we. */
const whyNot = (answer, of) => sentenceOf(answer) ?? phrase(`${answer.kind}_${of}`);

/** To the login page, and back here afterwards. */
const wayIn = () => `/login?next=${encodeURIComponent(location.pathname + location.search)}`;

/** To it with what a form holds: sent as a page, it comes back with the way in, ready to send. */
function logInWith(form, url) {
  form.action = url;
  HTMLFormElement.prototype.submit.call(form);
}
