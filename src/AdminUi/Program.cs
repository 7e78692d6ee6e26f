using UserDomain.AdminUi;
using UserDomain.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(AdminUi.Service, args);
