// Passkeys: a form that asks the browser for one before it is sent. What is asked stands in the page or is fetched.

export function passkeys(root) {
  for (const form of root.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      answered(form).catch(() => failed(form));
    });
  }
}

async function answered(form) {
  const { publicKey } = await options(form);
  const credential = form.dataset.passkey === "create" ? await made(publicKey) : await known(publicKey);
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.requestSubmit();
}

async function options(form) {
  if (!form.dataset.passkeyFrom) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.dataset.passkeyFrom, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options;
}

function made(asked) {
  // Kept on the device and opened by its owner, so that it signs in alone.
  const authenticatorSelection = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({ ...asked, authenticatorSelection });
  return navigator.credentials.create({ publicKey });
}

function known(asked) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
}

function failed(form) {
  form.querySelector("[data-passkey-failed]").hidden = false;
}
