// Tells whoever sets a terminal up that its browser is too old, in words of the
// language that every browser reads. What is asked for here is in Chromium since
// 105; README.md names the oldest one that is supported.
(function () {
  var chromium = /Chrome\/(\d+)/.exec(navigator.userAgent);
  var able = window.WebAssembly && WebAssembly.instantiateStreaming
    && window.AbortSignal && AbortSignal.timeout
    && window.CSS && CSS.supports && CSS.supports("selector(:has(a))");
  if (able && (!chromium || Number(chromium[1]) >= 109)) return;
  document.documentElement.className += " old";
  document.getElementById("s-old").hidden = false;
})();
