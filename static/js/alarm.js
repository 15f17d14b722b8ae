// A new anomaly is counted in the tab's title and in the bar, spoken, and heard where the person
// allowed it (app/templates/_sound.html): also in a tab that lies in the background.

const calls = () => 'alarms' in page;
let calling;

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
  const tones = byId('tones');
  if (!tones) return;
  tones.currentTime = 0; // also where the ones before still sound
  tones.play().catch(waitForPress);
}

/** A browser lets a page sound only after something was pressed on it: the button says so. */
function waitForPress() {
  const button = document.querySelector('#sound button');
  if (button.matches('.waits')) return;
  const { title } = button;
  const show = (waits) => {
    button.classList.toggle('waits', waits);
    button.title = waits ? phrase('sound_waits') : title;
  };
  show(true);
  for (const press of ['pointerdown', 'keydown']) {
    addEventListener(press, () => show(false), { capture: true, once: true });
  }
}

/** News came while the page lies in the background, where it does not read itself again. */
function callFromBackground() {
  if (!calls() || calling) return;
  calling = setTimeout(async () => {
    calling = undefined;
    tellAlarms((await get('/alarms?seen=0')).alarms);
  }, 1000);
}

/** Call for what came between two pages. */
function setUpAlarms() {
  if (!calls()) return;
  const now = Number(page.alarms);
  if (now > (recall('alarms') ?? now)) call(now);
  keep('alarms', now);
  const root = document.documentElement.dataset;
  on('playing', '#tones', () => root.sounded = Number(root.sounded ?? 0) + 1, true);
}
