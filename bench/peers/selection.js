// What a query selects below a field, looked up once for each document, which all three servers keep parsed.
const found = new WeakMap();

/** What `make` makes for this field, made once for each place in a document. */
export function once(info, make) {
  const [field] = info.fieldNodes;
  let made = found.get(field);
  if (made === undefined) found.set(field, (made = make(selected(info, info.fieldNodes))));
  return made;
}

/** The selection as a tree: { id: {}, metadata: { title: {} } }. */
function selected(info, fields, tree = {}) {
  for (const { selectionSet } of fields) {
    for (const node of selectionSet?.selections ?? []) {
      if (node.kind === "Field") tree[node.name.value] = selected(info, [node], tree[node.name.value]);
      else selected(info, [node.kind === "FragmentSpread" ? info.fragments[node.name.value] : node], tree);
    }
  }
  return tree;
}
