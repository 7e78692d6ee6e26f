namespace UserDomain.Browsing;

/// <summary>What people who use the keyboard depend on.</summary>
public static class Keyboard
{
    /// <summary>
    /// The element that has the focus if it looks the same as without; empty if one sees that it has it. For people who want no motion: a
    /// look that is on its way to another tells nothing.
    /// </summary>
    public const string Unmarked = """
        () => {
            const one = document.activeElement;
            if (one === document.body) return '';
            const look = () => { const style = getComputedStyle(one); return [style.outlineStyle, style.outlineWidth, style.boxShadow].join(' '); };
            const focused = look();
            one.blur();
            const plain = look();
            one.focus();
            return focused === plain ? one.outerHTML.slice(0, 200) : '';
        }
        """;
}
