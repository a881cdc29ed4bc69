"""An organisation's looks as a style sheet: our pages load no style but from our own address."""

from ivr.services.organisations import Branding


def style_sheet(branding: Branding, *, soft: str, logo_place: str) -> str:
    """The accent with its shades, and the logo where ``logo_place`` (a selector) begins. ``soft`` is what the page
    calls the tint. Empty for who has chosen neither."""
    parts = []
    if branding.shades is not None:
        names = (("--accent", branding.shades.accent), ("--on-accent", branding.shades.on_accent),
                 (soft, branding.shades.soft))  # fmt: skip
        tokens = "".join(f"{name}:light-dark({light},{dark});" for name, (light, dark) in names)
        parts.append(f":root{{{tokens}}}")
    if branding.has_logo:
        # On white in both themes: a logo is drawn for paper.
        parts.append(
            f'{logo_place}::before{{content:"";display:block;height:44px;max-width:180px;border-radius:8px;'
            f'background:#fff url("logo?v={branding.mark}") left/contain no-repeat;background-origin:content-box;'
            "padding:4px 8px;margin-bottom:8px;box-sizing:border-box;flex:1 0 100%}"
        )
    return "\n".join(parts) + "\n"
