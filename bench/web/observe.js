// Runs before a page's own scripts and keeps what the browser tells of it, in milliseconds since its navigation.
window.seen = { firstPaint: 0, largestPaint: 0, hydrated: 0, shifts: [], longTasks: [] };

function observe(type, note) {
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
}

observe('paint', ({ name, startTime }) => {
  if (name === 'first-contentful-paint') seen.firstPaint = startTime;
});
observe('largest-contentful-paint', ({ startTime }) => {
  seen.largestPaint = startTime;
});
observe('longtask', ({ startTime, duration }) => seen.longTasks.push([startTime, duration]));
observe('layout-shift', ({ startTime, value, hadRecentInput, sources }) => {
  const what = sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? '').slice(0, 80));
  if (!hadRecentInput) seen.shifts.push({ at: startTime, value, what });
});

// React marks each element that it has taken over from the server's HTML.
function isAlive(element) {
  return Object.keys(element).some((key) => key.startsWith('__reactProps$'));
}

function lookAgain() {
  const controls = [...document.querySelectorAll('main a, main button, main input, main select')];
  if (controls.length > 0 && controls.every(isAlive)) seen.hydrated = performance.now();
  else requestAnimationFrame(lookAgain);
}
requestAnimationFrame(lookAgain);
