using System.Globalization;
using System.Text;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AllInOne.Hosting;

/// <summary>What the person at the terminal reads when the program is ready.</summary>
internal static class ReadyMessage
{
    public static string Format(UserDomainSettings settings, TimeSpan startTime, IEnumerable<string> notices)
    {
        var version = typeof(ReadyMessage).Assembly.GetName().Version!.ToString(3);
        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"User Domain {version} is ready at {settings.PublicUrl.AbsoluteUri.TrimEnd('/')}")
            .AppendLine(CultureInfo.InvariantCulture, $"  data     {settings.DataDirectory}")
            .AppendLine(CultureInfo.InvariantCulture, $"  started  in {startTime.TotalMilliseconds:F0} ms");
        foreach (var notice in notices)
        {
            text.Append("  ").AppendLine(notice);
        }

        return text.ToString();
    }
}
