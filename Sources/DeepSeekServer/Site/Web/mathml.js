// A subset of TeX's mathematics as MathML. What it does not know is shown as its source.
//
// Letters, digits, operators; ^ _ ' { }; \frac \dfrac \tfrac \binom \sqrt[n]; \left \right; \text \mathrm \mathbf \mathbb
// \mathcal \operatorname; accents; \begin{matrix pmatrix bmatrix vmatrix cases aligned align array}; Greek; the symbols
// below; spaces.

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

const GREEK = "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω infty ∞ partial ∂ nabla ∇ ell ℓ hbar ℏ emptyset ∅ aleph ℵ Re ℜ Im ℑ degree °";
const OPERATORS = "times × cdot ⋅ div ÷ pm ± mp ∓ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅ propto ∝ ll ≪ gg ≫ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ setminus ∖ to → rightarrow → leftarrow ← Rightarrow ⇒ Leftarrow ⇐ implies ⟹ iff ⟺ leftrightarrow ↔ mapsto ↦ uparrow ↑ downarrow ↓ forall ∀ exists ∃ neg ¬ land ∧ lor ∨ wedge ∧ vee ∨ oplus ⊕ otimes ⊗ circ ∘ bullet • ast ∗ star ⋆ mid ∣ parallel ∥ perp ⊥ angle ∠ triangle △ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ colon : therefore ∴ because ∵ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lVert ‖ rVert ‖ Vert ‖ vert | lvert | rvert | backslash \\ prime ′ | ‖";
const LARGE = "sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂";
const FUNCTIONS = new Set("sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim max min sup inf det dim ker deg gcd arg Pr hom limsup liminf".split(" "));
const ACCENTS = table("hat ^ widehat ^ bar ¯ overline ¯ vec → dot ˙ ddot ¨ tilde ~ widetilde ~ overrightarrow →");
const SPACES = { ",": "0.17em", ":": "0.22em", ";": "0.28em", " ": "0.25em", "!": "-0.17em", quad: "1em", qquad: "2em" };
const VARIANTS = { mathbf: "bold", boldsymbol: "bold", mathbb: "double-struck", mathcal: "script", mathfrak: "fraktur" };
const FENCES = { matrix: ["", ""], pmatrix: ["(", ")"], bmatrix: ["[", "]"], Bmatrix: ["{", "}"], vmatrix: ["|", "|"], Vmatrix: ["‖", "‖"], cases: ["{", ""], aligned: ["", ""], align: ["", ""], "align*": ["", ""], gathered: ["", ""], array: ["", ""], split: ["", ""] };
// Where the alphabets of Unicode begin: capitals, small letters, digits.
const ALPHABETS = { bold: [0x1d400, 0x1d41a, 0x1d7ce], "double-struck": [0x1d538, 0x1d552, 0x1d7d8], script: [0x1d49c, 0x1d4b6], fraktur: [0x1d504, 0x1d51e] };
const EXCEPTIONS = { "double-struck": { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" }, script: { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ", e: "ℯ", g: "ℊ", o: "ℴ" }, fraktur: { C: "ℭ", H: "ℌ", I: "ℑ", R: "ℜ", Z: "ℨ" } };

function table(words) {
  const parts = words.split(" ");
  const result = new Map();
  for (let index = 0; index + 1 < parts.length; index += 2) result.set(parts[index], parts[index + 1]);
  return result;
}

const [greek, operators, large] = [table(GREEK), table(OPERATORS), table(LARGE)];

function make(name, children = [], attributes = {}) {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** An element for a formula: a block of its own or within a line. */
export function math(source, isBlock) {
  let content;
  try {
    content = new Parser(source).all();
  } catch {
    const code = document.createElement("code");
    code.className = isBlock ? "tex block" : "tex";
    code.textContent = source.trim();
    return code;
  }
  const root = make("math", [content], { display: isBlock ? "block" : "inline" });
  // Readers of the screen, and whoever copies it, get the source.
  root.setAttribute("alttext", source.trim());
  return root;
}

class Parser {
  constructor(source) {
    this.tokens = source.match(/\\[a-zA-Z]+\*?|\\[\s\S]|[0-9]+(?:\.[0-9]+)?|\s+|[\s\S]/gu) || [];
    this.index = 0;
    this.depth = 0;
  }

  all() {
    const row = this.row(() => false);
    if (this.index < this.tokens.length) throw new Error("unbalanced");
    return row;
  }

  peek() {
    while (/^\s+$/.test(this.tokens[this.index] ?? "")) this.index++;
    return this.tokens[this.index];
  }

  next() {
    const token = this.peek();
    if (token === undefined) throw new Error("unfinished");
    this.index++;
    return token;
  }

  row(isEnd) {
    if (++this.depth > 40) throw new Error("too deep");
    const children = [];
    while (this.peek() !== undefined && this.peek() !== "}" && !isEnd(this.peek())) children.push(this.scripted());
    this.depth--;
    return make("mrow", children);
  }

  scripted() {
    const token = this.peek();
    let base = this.atom();
    let [below, above] = [null, null];
    for (;;) {
      const mark = this.peek();
      if (mark === "_" && !below) {
        this.next();
        below = this.argument();
      } else if (mark === "^" && !above) {
        this.next();
        above = this.argument();
      } else if (mark === "'") {
        this.next();
        base = make("msup", [base, make("mo", ["′"])]);
      } else if (mark === "\\limits" || mark === "\\nolimits") {
        this.next();
      } else {
        break;
      }
    }
    if (!below && !above) return base;
    const name = token?.slice(1);
    const isOver = (large.has(name) && !name.includes("int")) || ["lim", "max", "min", "sup", "inf", "limsup", "liminf"].includes(name);
    if (below && above) return make(isOver ? "munderover" : "msubsup", [base, below, above]);
    if (below) return make(isOver ? "munder" : "msub", [base, below]);
    return make(isOver ? "mover" : "msup", [base, above]);
  }

  /** A group in braces, or one atom. */
  argument() {
    if (this.peek() !== "{") return this.atom();
    this.next();
    const row = this.row(() => false);
    if (this.next() !== "}") throw new Error("unbalanced");
    return row;
  }

  /** The text in braces, as it is written. */
  text() {
    if (this.next() !== "{") throw new Error("expected {");
    let [level, text] = [1, ""];
    for (; this.index < this.tokens.length; this.index++) {
      const token = this.tokens[this.index];
      if (token === "{") level++;
      if (token === "}" && --level === 0) break;
      text += token.startsWith("\\") && token.length === 2 ? token[1] : token;
    }
    if (this.index++ >= this.tokens.length) throw new Error("unfinished");
    return text;
  }

  atom() {
    const token = this.next();
    if (token === "{") {
      this.index--;
      return this.argument();
    }
    if (/^[0-9]/.test(token)) return make("mn", [token]);
    if (token.startsWith("\\")) return this.command(token.slice(1));
    if (/^\p{L}$/u.test(token)) return make("mi", [token]);
    if (token === "^" || token === "_" || token === "}" || token === "&" || token === "$") throw new Error("misplaced");
    if (token === "~") return make("mspace", [], { width: "0.33em" });
    return make("mo", [token === "-" ? "−" : token === "*" ? "∗" : token]);
  }

  command(name) {
    if (greek.has(name)) return make("mi", [greek.get(name)]);
    if (name in SPACES) return make("mspace", [], { width: SPACES[name] });
    if (large.has(name)) return make("mo", [large.get(name)], { largeop: "true", movablelimits: "true" });
    if (operators.has(name)) return make("mo", [operators.get(name)]);
    if (FUNCTIONS.has(name)) return make("mi", [name]);
    if (ACCENTS.has(name)) return make("mover", [this.argument(), make("mo", [ACCENTS.get(name)], { stretchy: "true" })], { accent: "true" });
    if (name in VARIANTS) return make("mi", [this.alphabet(this.text(), VARIANTS[name])], { mathvariant: "normal" });
    if ("{}%$#&_".includes(name)) return make("mo", [name]);
    switch (name) {
      case "frac": case "dfrac": case "tfrac": case "cfrac": return make("mfrac", [this.argument(), this.argument()]);
      case "binom": {
        const fraction = make("mfrac", [this.argument(), this.argument()], { linethickness: "0" });
        return make("mrow", [make("mo", ["("]), fraction, make("mo", [")"])]);
      }
      case "sqrt": return this.root();
      case "left": return this.fenced();
      case "begin": return this.environment();
      case "text": case "textbf": case "textit": case "mbox": return make("mtext", [this.text()]);
      case "mathrm": case "operatorname": case "mathit": case "mathsf": case "mathtt": return make("mi", [this.text()], { mathvariant: "normal" });
      case "underline": return make("munder", [this.argument(), make("mo", ["_"])]);
      case "boxed": return make("menclose", [this.argument()], { notation: "box" });
      case "not": return make("mo", [this.atom().textContent + "\u0338"]);
      case "displaystyle": case "textstyle": case "big": case "Big": case "bigg": case "Bigg": case "bigl": case "bigr": case "Bigl": case "Bigr": return make("mrow");
      default: throw new Error("unknown \\" + name);
    }
  }

  root() {
    if (this.peek() !== "[") return make("msqrt", [this.argument()]);
    this.next();
    const index = this.row((token) => token === "]");
    if (this.next() !== "]") throw new Error("unbalanced");
    return make("mroot", [this.argument(), index]);
  }

  delimiter() {
    const token = this.next();
    if (token === ".") return "";
    if (!token.startsWith("\\")) return token;
    const name = token.slice(1);
    return operators.get(name) ?? ("{}".includes(name) ? name : "|");
  }

  fenced() {
    const open = this.delimiter();
    const content = this.row((token) => token === "\\right");
    if (this.next() !== "\\right") throw new Error("no \\right");
    const fence = (text) => (text ? [make("mo", [text], { fence: "true", stretchy: "true" })] : []);
    return make("mrow", [...fence(open), content, ...fence(this.delimiter())]);
  }

  environment() {
    const name = this.text();
    const fences = FENCES[name];
    if (!fences) throw new Error("unknown environment");
    if (name === "array") this.text();
    const rows = [[]];
    const isEnd = (token) => token === "&" || token === "\\\\" || token === "\\end";
    for (;;) {
      rows[rows.length - 1].push(make("mtd", [this.row(isEnd)]));
      const token = this.next();
      if (token === "\\\\") rows.push([]);
      if (token === "\\end") break;
      if (token === "}") throw new Error("unbalanced");
    }
    if (this.text() !== name) throw new Error("unbalanced");
    const isAligned = name === "cases" || name.startsWith("align") || name === "split";
    const grid = make("mtable", rows.filter((cells) => cells.some((cell) => cell.textContent)).map((cells) => make("mtr", cells)),
      isAligned ? { columnalign: name === "cases" ? "left left" : "right left", class: name === "cases" ? "cases" : "aligned" } : {});
    const fence = (text) => (text ? [make("mo", [text], { fence: "true", stretchy: "true" })] : []);
    return make("mrow", [...fence(fences[0]), grid, ...fence(fences[1])]);
  }

  alphabet(text, variant) {
    const [capital, small, digit] = ALPHABETS[variant];
    return Array.from(text, (letter) => {
      const exception = EXCEPTIONS[variant]?.[letter];
      if (exception) return exception;
      const code = letter.codePointAt(0);
      if (/[A-Z]/.test(letter)) return String.fromCodePoint(capital + code - 65);
      if (/[a-z]/.test(letter)) return String.fromCodePoint(small + code - 97);
      return digit && /[0-9]/.test(letter) ? String.fromCodePoint(digit + code - 48) : letter;
    }).join("");
  }
}
