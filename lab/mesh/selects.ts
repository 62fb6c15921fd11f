/** Whether every label of the selector is on the object; an empty selector selects nothing. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  let isEmpty = true;
  // Asked of every pod by every Service: a list of entries for each would be most of the work.
  for (const key in selector) {
    if (labels[key] !== selector[key]) return false;
    isEmpty = false;
  }
  return !isEmpty;
}
