namespace UserDomain.EndToEnd.Tests.Browsing;

/// <summary>What people who use the keyboard depend on.</summary>
internal static class Keyboard
{
    /// <summary>The element that has the focus if it looks the same as without; empty if one sees that it has it.</summary>
    public const string Unmarked = """
        () => {
            const one = document.activeElement;
            if (one === document.body) return '';
            const look = () => { const style = getComputedStyle(one); return [style.outlineStyle, style.outlineWidth, style.boxShadow].join(' '); };
            one.getAnimations().forEach(animation => animation.finish());
            const focused = look();
            one.blur();
            one.getAnimations().forEach(animation => animation.finish());
            const plain = look();
            one.focus();
            return focused === plain ? one.outerHTML.slice(0, 200) : '';
        }
        """;
}
