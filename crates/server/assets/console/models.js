// Uploads: a file is sent as what its name says it is, and fields with `data-parameter` go into the address.

const TYPES = { json: "application/json", xml: "application/pmml+xml", pmml: "application/pmml+xml", csv: "text/csv",
  parquet: "application/vnd.apache.parquet" };

for (const form of document.querySelectorAll("form[data-query]")) {
  const base = form.dataset.api;
  const say = () => {
    const file = form.querySelector('input[type="file"]')?.files[0];
    const ending = file?.name.split(".").pop().toLowerCase();
    form.dataset.type = TYPES[ending] ?? "application/octet-stream";
    const parameters = new URLSearchParams();
    for (const field of form.querySelectorAll("[data-parameter]")) {
      if (field.value.trim()) parameters.set(field.name, field.value.trim());
    }
    form.dataset.api = parameters.size ? `${base}?${parameters}` : base;
  };
  form.addEventListener("input", say);
  form.addEventListener("change", say);
  say();
}
