using System.Security.Cryptography;

namespace UserDomain.IdentityServer.Protocol.BackchannelLogout;

/// <summary>When a client that could not be told is told again.</summary>
internal static class RetrySchedule
{
    /// <summary>How long it is tried at most.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromHours(24);

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // 2, 4, 8 ... 256 s, then the longest.
    private const int LastDoubling = 9;

    /// <summary>The pause after an attempt: twice the one before, and less by up to a half, so that what failed at once is not tried again at once.</summary>
    /// <param name="attempts">How many there were, at least one.</param>
    public static TimeSpan PauseAfter(int attempts)
    {
        var pause = attempts >= LastDoubling ? LongestPause : TimeSpan.FromSeconds(1 << attempts);
        return pause * (RandomNumberGenerator.GetInt32(50, 101) / 100.0);
    }
}
