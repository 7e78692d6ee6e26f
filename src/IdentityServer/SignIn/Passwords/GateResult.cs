using System.Diagnostics.CodeAnalysis;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>What came of work brought to a gate: its value, or a refusal to be answered with 503 and Retry-After.</summary>
internal readonly struct GateResult<T>
{
    private readonly bool _ran;
    private readonly T? _value;

    private GateResult(T value)
    {
        _ran = true;
        _value = value;
    }

    /// <summary>The work was never begun.</summary>
    public static GateResult<T> Refused => default;

    public static GateResult<T> Of(T value) => new(value);

    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return _ran;
    }
}
