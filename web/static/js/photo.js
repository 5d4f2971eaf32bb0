// Makes photos small before they are sent: a phone's connection is slow, and the
// server keeps no more. Whatever cannot be read here goes as it is; the server
// says what is wrong with it.
const edge = 2000;

async function shrink(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const factor = Math.min(1, edge / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * factor));
  canvas.height = Math.max(1, Math.round(picture.height * factor));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}

async function shrinkAll(input) {
  const small = new DataTransfer();
  for (const file of input.files) small.items.add(await shrink(file));
  input.files = small.files;
}

for (const input of document.querySelectorAll("[data-photos]")) {
  let busy = Promise.resolve();
  const said = input.parentElement.querySelector(".file-name");
  input.addEventListener("change", () => {
    said.textContent = `${input.dataset.photos} ${input.files.length}`;
    const button = input.form.querySelector("[type=submit]");
    button.disabled = true;
    busy = busy.then(() => shrinkAll(input)).finally(() => { button.disabled = false; });
  });
}
