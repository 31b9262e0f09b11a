"""
The kernel: statecharts as data, compiled to decisions.

Domain-free. It knows no medicine, no clock, no storage and no file format; it could be a package of its own.

- `model`, `predicates`: the declaration, as frozen values;
- `nodes`, `reading`: from a tree of located nodes to a declaration, or every problem at once;
- `normal`: predicates without negations, references and parameters;
- `deciding`: the values of a decision: who asks, what fired, why not;
- `generating`, `compiling`: the engine, one generated function for each state and event;
- `interpreting`: the same decisions by plain reading of the data, as the reference;
- `solving`, `checking`: proofs that a chart is sound, each finding with a witness;
- `rendering`: tables and diagrams for people.
"""
