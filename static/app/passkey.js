// Passkeys: the browser speaks to the key, and what it answers is sent with the form. Only where the browser can.
const forms = document.querySelectorAll("form[data-passkey]");
const can = window.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;

async function options(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no options");
  return answer.json();
}

async function ask(form) {
  const { publicKey } = await options(form);
  const made =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  return JSON.stringify(made.toJSON());
}

forms.forEach((form) => {
  const told = form.querySelector("[data-passkey-failed]");
  form.hidden = !can;
  if (!can) {
    document.querySelectorAll("[data-no-passkey]").forEach((words) => (words.hidden = false));
    return;
  }
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    told.hidden = true;
    try {
      form.elements.credential.value = await ask(form);
      form.submit();
    } catch {
      // Refused, or too late: the person may try again.
      told.hidden = false;
    }
  });
});
