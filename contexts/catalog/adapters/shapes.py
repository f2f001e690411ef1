"""
The shapes of products in drawings, by the slug of a category.

Each fits a square of 400 by 400, with its base at about y = 310, and uses the product's colour ({main}) and its shades
({dark}, {light}). A category without a shape is drawn with the shape of the category above it, or as a parcel.
"""

PARCEL = (
    '<path d="M100 160l100-40 100 40v110l-100 40-100-40z" fill="{main}"/>'
    '<path d="M200 200v110l100-40V160z" fill="{dark}"/><path d="M100 160l100-40 100 40-100 40z" fill="{light}"/>'
    '<path d="M150 140l100 40v36l-22-8v-20l-100-40z" fill="{dark}"/>'
)

SHAPES = {
    "mugs-and-cups": (
        '<path d="M262 170h30a34 34 0 0 1 34 34v18a34 34 0 0 1-34 34h-30" fill="none" stroke="{dark}" '
        'stroke-width="20"/><path d="M116 130h152v138a42 42 0 0 1-42 42h-68a42 42 0 0 1-42-42z" fill="{main}"/>'
        '<ellipse cx="192" cy="130" rx="76" ry="17" fill="{dark}"/><path d="M136 168v84" stroke="{light}" '
        'stroke-width="11" stroke-linecap="round"/>'
    ),
    "cookware": (
        '<rect x="52" y="196" width="296" height="18" rx="9" fill="{dark}"/>'
        '<path d="M92 180h216v92a38 38 0 0 1-38 38H130a38 38 0 0 1-38-38z" fill="{main}"/>'
        '<path d="M84 172c0-30 52-48 116-48s116 18 116 48z" fill="{light}"/>'
        '<circle cx="200" cy="114" r="15" fill="{dark}"/>'
    ),
    "tableware": (
        '<circle cx="200" cy="210" r="102" fill="{main}"/><circle cx="200" cy="210" r="68" fill="{light}"/>'
        '<circle cx="200" cy="210" r="68" fill="none" stroke="{dark}" stroke-width="3"/>'
        '<path d="M66 130v190M54 130v44a12 12 0 0 0 24 0v-44M336 130c-18 24-20 62-8 92v98" fill="none" '
        'stroke="{dark}" stroke-width="8" stroke-linecap="round"/>'
    ),
    "knives-and-boards": (
        '<rect x="96" y="108" width="150" height="204" rx="18" fill="{main}"/>'
        '<circle cx="171" cy="132" r="10" fill="{light}"/>'
        '<path d="M120 170h102M120 214h102M120 258h102" stroke="{dark}" stroke-width="3" opacity=".5"/>'
        '<path d="M276 96c28 24 34 74 30 122h-30z" fill="{light}" stroke="{dark}" stroke-width="3"/>'
        '<rect x="276" y="218" width="26" height="94" rx="12" fill="{dark}"/>'
    ),
    "kitchen": (
        '<path d="M140 150h120l22 160H118z" fill="{main}"/><rect x="128" y="118" width="144" height="34" rx="14" '
        'fill="{dark}"/><rect x="156" y="196" width="88" height="62" rx="8" fill="{light}"/>'
    ),
    "pantry": (
        '<path d="M128 164c0-22 20-26 20-44h104c0 18 20 22 20 44v120a26 26 0 0 1-26 26h-92a26 26 0 0 1-26-26z" '
        'fill="{main}"/><rect x="140" y="96" width="120" height="28" rx="8" fill="{dark}"/>'
        '<rect x="128" y="192" width="144" height="74" fill="{light}"/>'
        '<path d="M160 216h80M172 240h56" stroke="{dark}" stroke-width="6" stroke-linecap="round"/>'
    ),
    "bed-linen": (
        '<rect x="76" y="230" width="248" height="76" rx="12" fill="{main}"/>'
        '<rect x="90" y="176" width="220" height="70" rx="32" fill="{light}"/>'
        '<rect x="110" y="128" width="180" height="64" rx="30" fill="{main}"/>'
        '<path d="M76 262h248" stroke="{dark}" stroke-width="4"/>'
    ),
    "towels": (
        '<rect x="70" y="112" width="260" height="12" rx="6" fill="{dark}"/>'
        '<path d="M112 108h112v196H112z" fill="{main}"/><path d="M204 108h84v140h-84z" fill="{light}"/>'
        '<path d="M112 264h112M112 280h112M204 216h84" stroke="{dark}" stroke-width="5"/>'
    ),
    "rugs-and-throws": (
        '<path d="M84 130h232v160H84z" fill="{main}"/>'
        '<path d="M84 162h232M84 258h232" stroke="{light}" stroke-width="14"/>'
        '<path d="M84 210h232" stroke="{dark}" stroke-width="22"/>'
        '<path d="M92 290v24m24-24v24m24-24v24m24-24v24m24-24v24m24-24v24m24-24v24m24-24v24m24-24v24m24-24v24" '
        'stroke="{dark}" stroke-width="5" stroke-linecap="round"/>'
    ),
    "home-textiles": (
        '<path d="M98 116c34 14 170 14 204 0 16 40 16 150 0 190-34-14-170-14-204 0-16-40-16-150 0-190z" '
        'fill="{main}"/><path d="M122 142c30 8 126 8 156 0 8 30 8 108 0 138-30-8-126-8-156 0-8-30-8-108 0-138z" '
        'fill="none" stroke="{light}" stroke-width="7"/><circle cx="200" cy="211" r="11" fill="{dark}"/>'
    ),
    "bathroom": (
        '<rect x="92" y="206" width="216" height="94" rx="40" fill="{main}"/>'
        '<rect x="130" y="230" width="140" height="44" rx="20" fill="{light}"/>'
        '<circle cx="150" cy="168" r="26" fill="{light}"/><circle cx="208" cy="148" r="36" fill="{light}"/>'
        '<circle cx="262" cy="174" r="20" fill="{light}"/><circle cx="218" cy="138" r="9" fill="#fff"/>'
    ),
    "lighting": (
        '<path d="M148 96h104l46 102H102z" fill="{main}"/><path d="M148 96h40l-30 102h-56z" fill="{light}"/>'
        '<rect x="193" y="198" width="14" height="96" fill="{dark}"/>'
        '<rect x="140" y="292" width="120" height="18" rx="9" fill="{dark}"/>'
        '<path d="M120 198h160l40 94H80z" fill="#fff4cf" opacity=".55"/>'
    ),
    "candles-and-lanterns": (
        '<rect x="150" y="166" width="100" height="144" rx="10" fill="{main}"/>'
        '<path d="M150 186c20 16 26-10 44 12s30-18 56-6v-16a10 10 0 0 0-10-10h-80a10 10 0 0 0-10 10z" '
        'fill="{light}"/><path d="M200 166v-22" stroke="#4a3b2f" stroke-width="5"/>'
        '<path d="M200 82c26 32 20 62 0 62s-26-30 0-62z" fill="#f7b733"/>'
        '<path d="M200 112c10 14 8 30 0 30s-10-16 0-30z" fill="#fff4cf"/>'
    ),
    "furniture": (
        '<rect x="92" y="178" width="216" height="26" rx="10" fill="{main}"/>'
        '<path d="M118 204l-18 106M282 204l18 106M160 204l-6 106M240 204l6 106" stroke="{dark}" stroke-width="14" '
        'stroke-linecap="round"/><path d="M112 262h176" stroke="{main}" stroke-width="10"/>'
        '<path d="M104 186h130" stroke="{light}" stroke-width="6" stroke-linecap="round"/>'
    ),
    "notebooks-and-paper": (
        '<rect x="126" y="98" width="164" height="212" rx="10" fill="{dark}"/>'
        '<rect x="116" y="98" width="164" height="206" rx="10" fill="{main}"/>'
        '<rect x="116" y="98" width="26" height="206" rx="8" fill="{dark}"/>'
        '<rect x="166" y="134" width="88" height="40" rx="5" fill="{light}"/>'
        '<path d="M244 98v240l-9-12-9 12V98z" fill="{light}"/>'
    ),
    "pens-and-pencils": (
        '<g transform="rotate(35 200 210)"><rect x="182" y="76" width="38" height="170" rx="8" fill="{main}"/>'
        '<rect x="182" y="190" width="38" height="14" fill="{light}"/><path d="M184 246h34l-17 64z" fill="{dark}"/>'
        '<rect x="222" y="88" width="7" height="76" rx="3" fill="{dark}"/></g>'
        '<path d="M84 316c50-22 74 18 128 0" fill="none" stroke="{dark}" stroke-width="5" stroke-linecap="round"/>'
    ),
    "desk-and-stationery": (
        '<path d="M162 92l14 112M200 78v126M240 92l-16 112" stroke="{dark}" stroke-width="13" '
        'stroke-linecap="round"/><path d="M130 190h140l-14 120H144z" fill="{main}"/>'
        '<path d="M136 222h128" stroke="{light}" stroke-width="10"/>'
    ),
    "sleeping-outdoors": (
        '<path d="M200 104L66 306h268z" fill="{main}"/><path d="M200 104l-56 202h112z" fill="{dark}"/>'
        '<path d="M200 140l-22 166h44z" fill="{light}"/><path d="M200 104l-16-22M200 104l16-22" stroke="{dark}" '
        'stroke-width="7" stroke-linecap="round"/>'
    ),
    "flasks-and-bottles": (
        '<path d="M168 146c0 22-18 22-18 52v86a26 26 0 0 0 26 26h48a26 26 0 0 0 26-26v-86c0-30-18-30-18-52z" '
        'fill="{main}"/><rect x="162" y="92" width="76" height="56" rx="12" fill="{dark}"/>'
        '<path d="M172 208v66" stroke="{light}" stroke-width="11" stroke-linecap="round"/>'
    ),
    "outdoor": (
        '<path d="M52 306l98-172 60 98 36-54 102 128z" fill="{main}"/>'
        '<path d="M150 134l32 52-20 16-18-18-22 22-4-18z" fill="{light}"/><circle cx="292" cy="120" r="28" '
        'fill="{light}"/><path d="M52 306h296" stroke="{dark}" stroke-width="10" stroke-linecap="round"/>'
    ),
    "tools": (
        '<g transform="rotate(38 200 210)"><rect x="188" y="130" width="28" height="194" rx="12" fill="{main}"/>'
        '<path d="M136 92h112c22 0 32 14 36 36l-36 10h-76l-36-8z" fill="{dark}"/>'
        '<path d="M196 190v100" stroke="{light}" stroke-width="6" stroke-linecap="round"/></g>'
    ),
    "measuring": (
        '<g transform="rotate(-14 200 210)"><rect x="62" y="176" width="276" height="72" rx="10" fill="{main}"/>'
        '<path d="M88 176v32M114 176v20M140 176v32M166 176v20M192 176v32M218 176v20M244 176v32M270 176v20M296 176v32'
        'M322 176v20" stroke="{dark}" stroke-width="5"/><circle cx="104" cy="228" r="8" fill="{light}"/></g>'
    ),
    "garden": (
        '<path d="M122 176h136l14 122a12 12 0 0 1-12 12H120a12 12 0 0 1-12-12z" fill="{main}"/>'
        '<path d="M264 222l58-72 22 10" fill="none" stroke="{dark}" stroke-width="14" stroke-linecap="round"/>'
        '<path d="M140 176c0-70 100-70 100 0" fill="none" stroke="{dark}" stroke-width="12"/>'
        '<path d="M140 206l-8 72" stroke="{light}" stroke-width="10" stroke-linecap="round"/>'
    ),
    "seeds-and-bulbs": (
        '<path d="M110 112h130v196H110z" fill="{light}"/><path d="M110 112h130v30H110z" fill="{dark}"/>'
        '<circle cx="175" cy="222" r="40" fill="{main}"/><path d="M175 182c-4-20 8-30 24-34" fill="none" '
        'stroke="#5d7f45" stroke-width="8" stroke-linecap="round"/>'
        '<path d="M290 308c0-60-6-84-2-110m2 50c-30 0-36-18-36-34 24-2 36 12 36 34zm0-20c28-2 34-20 32-36-22 2-34 16-32'
        ' 36z" fill="#7da35c" stroke="#5d7f45" stroke-width="6"/>'
    ),
    "pots-and-planters": (
        '<path d="M200 206c-8-60-60-70-84-62 6 40 44 62 84 62zm0 0c4-66 52-92 82-84 0 48-40 82-82 84zm0 0c-20-50-8-90 8'
        '-108 22 26 16 76-8 108z" fill="#7da35c"/><path d="M124 206h152l-20 104H144z" fill="{main}"/>'
        '<rect x="114" y="194" width="172" height="30" rx="6" fill="{dark}"/>'
        '<path d="M148 242l8 48" stroke="{light}" stroke-width="9" stroke-linecap="round"/>'
    ),
    "bags": (
        '<path d="M150 164v-22a50 50 0 0 1 100 0v22" fill="none" stroke="{dark}" stroke-width="14"/>'
        '<path d="M104 158h192l18 130a20 20 0 0 1-20 22H106a20 20 0 0 1-20-22z" fill="{main}"/>'
        '<path d="M98 202h204" stroke="{dark}" stroke-width="6"/><rect x="176" y="190" width="48" height="36" rx="8" '
        'fill="{light}"/>'
    ),
    "clothing": (
        '<path d="M152 108c16 22 80 22 96 0l44 18 48 92-44 24-22-40v108H126V202l-22 40-44-24 48-92z" '
        'fill="{main}"/><path d="M152 108c16 22 80 22 96 0l12 5c-24 34-96 34-120 0z" fill="{dark}"/>'
        '<path d="M126 286h148v24H126z" fill="{dark}"/>'
        '<path d="M126 232h148M126 250h148" stroke="{light}" stroke-width="6" stroke-dasharray="10 8"/>'
    ),
    "audio": (
        '<rect x="124" y="90" width="152" height="220" rx="18" fill="{main}"/>'
        '<circle cx="200" cy="238" r="52" fill="{dark}"/><circle cx="200" cy="238" r="22" fill="{light}"/>'
        '<circle cx="200" cy="142" r="28" fill="{dark}"/><circle cx="200" cy="142" r="10" fill="{light}"/>'
    ),
    "toys": (
        '<rect x="88" y="222" width="104" height="88" rx="6" fill="{main}"/>'
        '<rect x="204" y="222" width="104" height="88" rx="6" fill="{dark}"/>'
        '<path d="M150 210l50-96 50 96z" fill="{light}"/><circle cx="256" cy="266" r="24" fill="{main}"/>'
        '<path d="M112 310v-28a28 28 0 0 1 56 0v28z" fill="{light}"/>'
    ),
    "games-and-puzzles": (
        '<path d="M92 126h82c-10-34 62-34 52 0h82v72c-36-10-36 58 0 48v64H226c10-34-62-34-52 0H92v-64c36 10 36-58 0'
        '-48z" fill="{main}"/><path d="M92 126h82c-10-34 62-34 52 0h82v26H92z" fill="{light}" opacity=".6"/>'
        '<path d="M200 150v126M120 212h160" stroke="{dark}" stroke-width="4" stroke-dasharray="3 9" '
        'stroke-linecap="round"/>'
    ),
}
