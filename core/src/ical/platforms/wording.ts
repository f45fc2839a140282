/**
 * The words platforms use, in the languages they are known to answer in: English, French, Spanish, Portuguese, German,
 * Italian and Dutch. A reservation need not be worded; a closure always is.
 */

/** A closure wherever it stands: "Airbnb (Not available)", "CLOSED - Not available". */
const CLOSED_ANYWHERE =
  /not available|unavailable|indisponible|non disponible|no disponible|indispon[ií]vel|não disponível|nicht verfügbar|non disponibile|niet beschikbaar/iu;
/** A closure as the first word of a summary: "Blocked", "Bloqueado por el propietario". */
const CLOSED_FIRST =
  /^(?:closed|blocked|bloqué(?:e|s|es)?|fermé(?:e|s|es)?|bloquead[oa]s?|cerrad[oa]s?|fechad[oa]s?|blockiert|gesperrt|geschlossen|bloccat[oaie]|chius[oaie]|geblokkeerd|gesloten)(?![\p{L}\p{N}])/iu;
/** "Reserved - Alex", "Réservée : Alex". */
const RESERVED =
  /^(?:reserved|booked|tentative|réservée?s?|reservad[oa]s?|reserviert|gebucht|prenotat[oaie]|riservat[oaie]|gereserveerd|geboekt)\s*(?:[-–—:]\s*(.+))?$/iu;

/** True for the wording of a closure. */
export function isClosure(title: string): boolean {
  const composed = title.normalize('NFC');
  return CLOSED_ANYWHERE.test(composed) || CLOSED_FIRST.test(composed);
}

/** The guest in "Reserved - Alex"; empty for "Reserved" alone, undefined for any other wording. */
export function reservedFor(title: string): string | undefined {
  const match = RESERVED.exec(title.normalize('NFC'));
  return match === null ? undefined : (match[1]?.trim() ?? '');
}
