// A new anomaly is counted in the tab's title and in the bar, spoken, and heard where the person allowed it: also in a tab that lies in the
// background. Browsers let a page sound only after somebody has pressed something on it.

import { announce, phrase } from './page.js';
import { csrfToken, get } from './send.js';

const KEPT = 'alarms';
const TONES = [[880, 0], [660, 0.18], [880, 0.36]];  // hertz, and when
const PAUSE = 1000;

const calls = () => 'alarms' in document.body.dataset;
const loud = () => 'sound' in document.body.dataset;
let audio;
let asking;

/** Show how many nobody has acknowledged; where there are more than before, say and sound it. */
export function tellAlarms(count) {
  if (!calls() || count === null || count === undefined) return;
  const before = Number(document.body.dataset.alarms);
  const now = Number(count);
  document.body.dataset.alarms = now;
  document.title = (now ? `(${now}) ` : '') + document.title.replace(/^\(\d+\) /, '');
  const mark = document.getElementById('alarms');
  if (mark) {
    mark.hidden = !now;
    mark.querySelector('b').textContent = now;
    mark.setAttribute('aria-label', phrase('alarms', { count: now }));
  }
  if (now > before) call(now);
  remember(now);
}

function call(count) {
  announce(phrase('alarms', { count }));
  if (loud()) sound();
}

function remember(count) {
  try { sessionStorage.setItem(KEPT, count); } catch { /* a browser that keeps nothing says it once more */ }
}

/** Three short tones, made here: nothing is fetched. Where the browser does not let the page sound yet, the button says so. */
function sound() {
  audio ??= new AudioContext();
  const button = document.querySelector('#sound button');
  const silent = audio.state !== 'running';
  button?.classList.toggle('waits', silent);
  if (button && silent) button.title = phrase('sound_waits');
  if (silent) return;
  for (const [pitch, after] of TONES) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const start = audio.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.2, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.15);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.16);
  }
  document.documentElement.dataset.sounded = Number(document.documentElement.dataset.sounded ?? 0) + 1;
}

/** Somebody pressed something: from now on the page may sound. */
async function wake() {
  if (!loud()) return;
  audio ??= new AudioContext();
  await audio.resume();
  document.querySelector('#sound button')?.classList.remove('waits');
}

async function choose(event) {
  event.preventDefault();
  const button = event.target.querySelector('button');
  const wanted = button.getAttribute('aria-pressed') !== 'true';
  const data = new FormData();
  data.set('wanted', wanted ? '1' : '0');
  data.set('csrf_token', csrfToken());
  const answer = await fetch(event.target.action, { method: 'POST', body: data, redirect: 'manual' });
  if (answer.status >= 400) return;
  button.setAttribute('aria-pressed', wanted);
  button.value = wanted ? '0' : '1';
  document.body.toggleAttribute('data-sound', wanted);
  if (!wanted) return;
  await wake();
  sound();
}

/** News came while the page lies in the background, where it does not read itself again. */
export function heardInBackground() {
  if (!calls() || asking) return;
  asking = setTimeout(async () => {
    asking = undefined;
    const answer = await get(new URL('/alarms?seen=0', location.href));
    if (answer.kind === 'done') tellAlarms(answer.alarms);
  }, PAUSE);
}

/** Wire the button, and call for what came between two pages. */
export function setUpAlarms() {
  if (!calls()) return;
  const now = Number(document.body.dataset.alarms);
  let before = now;
  try { before = Number(sessionStorage.getItem(KEPT) ?? now); } catch { /* as above */ }
  if (now > before) call(now);
  remember(now);
  document.getElementById('sound')?.addEventListener('submit', choose);
  for (const press of ['pointerdown', 'keydown']) addEventListener(press, wake, { capture: true });
}
