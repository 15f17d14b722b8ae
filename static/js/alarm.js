// A new anomaly is counted in the tab's title and in the bar, spoken, and heard where the person
// allowed it: also in a tab that lies in the background. Browsers let a page sound only after
// somebody has pressed something on it.

const TONES = [[880, 0], [660, 0.18], [880, 0.36]]; // hertz, and when

const calls = () => 'alarms' in page;
const soundButton = () => document.querySelector('#sound button');
let audio, calling;

/** Show how many nobody has acknowledged; where there are more than before, say and sound it. */
function tellAlarms(count) {
  if (!calls() || count == null) return;
  const [before, now] = [Number(page.alarms), Number(count)];
  page.alarms = now;
  document.title = (now ? `(${now}) ` : '') + document.title.replace(/^\(\d+\) /, '');
  mark(byId('alarms'), 'alarms', now);
  if (now > before) call(now);
  keep('alarms', now);
}

function call(count) {
  announce(phrase('alarms', { count }));
  if ('sound' in page) sound();
}

/** Three short tones, made here: nothing is fetched. Where the browser does not let the page sound
 * yet, the button says so. */
function sound() {
  audio ??= new AudioContext();
  const silent = audio.state !== 'running';
  soundButton()?.classList.toggle('waits', silent);
  if (silent) {
    if (soundButton()) soundButton().title = phrase('sound_waits');
    return;
  }
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
  const root = document.documentElement.dataset;
  root.sounded = Number(root.sounded ?? 0) + 1;
}

/** Somebody pressed something: from now on the page may sound. */
async function wake() {
  if (!('sound' in page)) return;
  audio ??= new AudioContext();
  await audio.resume();
  soundButton()?.classList.remove('waits');
}

/** The choice is the person's, and kept by the server; made, it sounds once. */
async function chooseSound(event, form) {
  event.preventDefault();
  const wanted = soundButton().getAttribute('aria-pressed') !== 'true';
  const answer = await send(form.action, dataOf({ wanted: wanted ? '1' : '0' }));
  if (answer.kind !== 'done') return;
  soundButton().setAttribute('aria-pressed', wanted);
  soundButton().value = wanted ? '0' : '1';
  document.body.toggleAttribute('data-sound', wanted);
  if (!wanted) return;
  await wake();
  sound();
}

/** News came while the page lies in the background, where it does not read itself again. */
function callFromBackground() {
  if (!calls() || calling) return;
  calling = setTimeout(async () => {
    calling = undefined;
    tellAlarms((await get('/alarms?seen=0')).alarms);
  }, 1000);
}

/** Wire the button, and call for what came between two pages. */
function setUpAlarms() {
  if (!calls()) return;
  const now = Number(page.alarms);
  if (now > (recall('alarms') ?? now)) call(now);
  keep('alarms', now);
  on('submit', '#sound', chooseSound);
  for (const press of ['pointerdown', 'keydown']) addEventListener(press, wake, { capture: true });
}
