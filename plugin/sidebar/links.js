// Which addresses may become links: those of regulators, contractors and publishers that therapy coding rests on.
// Any other address is shown as text, whatever a source or an ingested article says.

const HOSTS = [
  "cms.gov", "ecfr.gov", "federalregister.gov", "govinfo.gov", "hhs.gov", "va.gov", "tricare.mil", "health.mil", "congress.gov",
  "noridianmedicare.com", "palmettogba.com", "ngsmedicare.com", "cgsmedicare.com", "fcso.com", "novitas-solutions.com", "wpsgha.com",
  "ama-assn.org", "apta.org", "aota.org", "asha.org", "acatoday.org", "asht.org",
  "aetna.com", "cigna.com", "anthem.com", "humana.com", "uhcprovider.com", "highmark.com", "ashlink.com",
  "ca.gov", "lni.wa.gov", "tmhp.com", "texas.gov", "medicaid.gov",
]; // prettier-ignore

/** Return the address as a safe link, or null if it is to be shown as text only. */
export function trusted(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const known = HOSTS.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  return url.protocol === "https:" && !url.username && !url.password && !url.port && known ? url.href : null;
}
