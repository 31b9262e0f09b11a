"""
The kernel: statecharts as data, compiled to decisions.

Domain-free. It knows no medicine, no clock, no storage and no file format; it could be a package of its own.

- `model`, `predicates`: the declaration, as frozen values;
- `nodes`, `reading`: from a tree of located nodes to a declaration, or every problem at once;
- `deciding`: the values of a decision: who asks, what fired, why not;
- `normal`: predicates without negations, references and parameters;
- `generating`, `compiling`, `engine`: one generated function for each state and event, and what calls it;
- `interpreting`: the same decisions by plain reading of the data, as the reference;
- `solving`, `checking`: proofs that a chart is sound, each finding with a witness; what is asked stands in
  `name_checks`, `row_checks` and `state_checks`;
- `phrasing`, `rendering`: predicates, tables and diagrams for people.
"""
