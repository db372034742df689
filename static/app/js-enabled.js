// Runs before <body> exists, so watch for it: no flash of a page without JavaScript, and no inline script.
new MutationObserver(function (changes, observer) {
  if (document.body) {
    document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
    observer.disconnect();
  }
}).observe(document.documentElement, { childList: true });
